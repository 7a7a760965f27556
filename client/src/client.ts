import { Call } from './call.ts';
import { operations } from './generated/operations.ts';
import type { Operations } from './generated/types.ts';
import type { CallOptions, ClientOptions } from './options.ts';
import { type Parameters, repeatable, requestOf } from './request.ts';
import { send } from './send.ts';

/** Every operation of the service, under its name in the OpenAPI document. */
export type Client = Operations;

/**
 * A client of the service at `url`. Creating it makes no request, but fails with a `TypeError` if the URL leads nowhere; each
 * method is one operation.
 */
export function createClient(options: ClientOptions): Client {
  if (options.fetch === undefined && !isWebAddress(options.url))
    throw new TypeError('The URL of the service must begin with http:// or https://, and name no user.');
  const methods = Object.entries(operations).map(([name, operation]) => [
    name,
    (parameters: Parameters = {}, callOptions: CallOptions = {}) =>
      new Call(parameters, async (asked) => {
        const all = { ...options, ...given(callOptions) };
        const kept = repeatable(asked);
        const isKeyed = operation.startsWith('POST+') && kept['idempotencyKey'] === undefined;
        const named = isKeyed ? { ...kept, idempotencyKey: uniqueKey() } : kept;
        return send(() => requestOf(operation, named, all), all);
      }),
  ]);
  return Object.fromEntries(methods);
}

/** In a page, a path alone leads somewhere too; a request is made of what `fetch` will be asked for, where there are requests. */
function isWebAddress(url: string): boolean {
  if (typeof Request === 'undefined') return true;
  try {
    return /^https?:/.test(new Request(url).url);
  } catch {
    return false;
  }
}

/** Lets a call whose answer was lost be repeated safely. `randomUUID` is missing on pages without TLS. */
function uniqueKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-');
}

function given(options: CallOptions): CallOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
