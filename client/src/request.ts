import { LeadsourceError } from './errors.ts';
import type { ClientOptions } from './options.ts';

/** The arguments of an operation: those of path, query and headers by name, and the content. */
export interface Parameters {
  readonly [name: string]: unknown;
  readonly body?: unknown;
  readonly lines?: Lines;
}

/** Values; or text, as a string or as UTF-8 bytes, that already has one value on each line. */
type Lines = Iterable<unknown> | AsyncIterable<unknown> | string | Uint8Array<ArrayBuffer>;

/** A request, ready to be sent. */
export interface PreparedRequest {
  readonly url: string;
  readonly init: RequestInit;
  readonly repeat: Repeat;
  /** Present while the content is still being produced. */
  readonly making?: Making | undefined;
}

/** Content that is produced while it is sent. */
export interface Making {
  /** Stops asking for more content, and lets its producer clean up; to be called once nobody waits for the answer. */
  stop(): void;
  /** The error it failed with, wrapped in an array; undefined if it did not fail. */
  failure(): readonly [unknown] | undefined;
}

/** Whether a request may be sent again: always; only if it certainly had no effect; or never, because its content is used up. */
export type Repeat = 'safe' | 'unless-begun' | 'impossible';

type RequestOptions = Pick<ClientOptions, 'url' | 'secretKey' | 'token' | 'organizationId'> & {
  readonly headers?: Readonly<Record<string, string>> | undefined;
};

export const linesType = 'application/x-ndjson';
/** The parameters sent as headers; all others belong to the path or the query. */
const headerNames: Readonly<Record<string, string>> = {
  idempotencyKey: 'idempotency-key',
  ifMatch: 'if-match',
  ifNoneMatch: 'if-none-match',
  prefer: 'prefer',
};

/**
 * The request for an operation, given as `POST /customers`. A `+` after the method means that it heeds an idempotency key, a `-`
 * that it needs no credential and stands at the service's root.
 */
export async function requestOf(
  operation: string,
  { body, lines, ...named }: Parameters,
  { url, secretKey, token, organizationId, headers: more = {} }: RequestOptions,
): Promise<PreparedRequest> {
  const [, method = '', flag, template = ''] = /^([A-Z]+)([+-]?) (.*)/.exec(operation) ?? [];
  const headers: Record<string, string> = {};
  const query = new URLSearchParams();
  const used = new Set<string>();
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    used.add(name);
    return segmentOf(name, named[name]);
  });
  for (const [name, value] of Object.entries(named)) {
    if (used.has(name) || value === undefined) continue;
    const header = headerNames[name];
    if (header === undefined) query.set(name, String(value));
    else headers[header] = String(value);
  }
  const isOpen = flag === '-';
  if (!isOpen) {
    const bearer = typeof token === 'function' ? await token() : token;
    if (bearer !== undefined) headers['authorization'] = `Bearer ${bearer}`;
    else if (secretKey !== undefined) headers['reb-apikey'] = secretKey;
  }
  const sent = { ...headers, ...lowerCase(more) };
  requireSendable(sent);
  const content = lines === undefined ? jsonContent(body) : lineContent(lines);
  const root =
    isOpen || organizationId === undefined
      ? ''
      : `/organizations/${segmentOf('organizationId', organizationId)}`;
  const search = query.size > 0 ? `?${query}` : '';
  const isSafe = method !== 'POST' || 'idempotency-key' in headers;
  return {
    url: url.replace(/\/+$/, '') + root + path + search,
    init: { method, ...content.init, headers: { ...content.headers, ...sent } },
    repeat: content.making !== undefined ? 'impossible' : isSafe ? 'safe' : 'unless-begun',
    making: content.making,
  };
}

/** A name in other capitals would stand beside the client's own instead of replacing it. */
function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** `fetch` would refuse it, too, in words that contain the credential. Line ends around a value are not sent. */
function requireSendable(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    const text = String(value);
    if (/[^\t\r\n -~\x80-\xff]/.test(text) || /[\r\n]/.test(text.trim()))
      throw new LeadsourceError(`The header ${name} contains a line end or a character that cannot be sent.`);
  }
}

/** A segment of dots alone, even if escaped, leads to another path, and so does an empty one. */
function segmentOf(name: string, value: unknown): string {
  const text = String(value ?? '');
  if (/^\.{0,2}$/.test(text))
    throw new LeadsourceError(`${name} must be given, and be neither "." nor "..".`);
  return encodeURIComponent(text);
}

interface Content {
  readonly init: RequestInit;
  readonly headers: Readonly<Record<string, string>>;
  readonly making?: Making;
}

function jsonContent(body: unknown): Content {
  if (body === undefined) return { init: {}, headers: {} };
  return { init: { body: JSON.stringify(body) }, headers: { 'content-type': 'application/json' } };
}

/** The same, with lines as text that each attempt can send: a generator, for one, gives its values only once. */
export function repeatable(parameters: Parameters): Parameters {
  const { lines } = parameters;
  if (typeof lines !== 'object' || lines instanceof Uint8Array || !(Symbol.iterator in lines))
    return parameters;
  return { ...parameters, lines: Array.from(lines, textLine).join('') || noLine };
}

/** Content that exists already is sent as a whole, since not every runtime can stream a request; the rest is streamed. */
function lineContent(lines: Lines): Content {
  const headers = { 'content-type': linesType };
  if (typeof lines === 'string' || lines instanceof Uint8Array) return { init: { body: lines }, headers };
  // `repeatable` made text of all others.
  const { body, making } = madeOf((lines as AsyncIterable<unknown>)[Symbol.asyncIterator]());
  return { init: { body, duplex: 'half' } as RequestInit, headers, making };
}

/** Can be stopped explicitly, because not every runtime stops pulling once the call has ended. */
function madeOf(values: AsyncIterator<unknown>): { body: ReadableStream<Uint8Array>; making: Making } {
  const encoder = new TextEncoder();
  let isEmpty = true;
  let failure: readonly [unknown] | undefined;
  let controlled: ReadableStreamDefaultController<Uint8Array> | undefined;
  const stop = () => {
    if (controlled === undefined) return;
    controlled.error(new DOMException('The call has ended.', 'AbortError'));
    controlled = undefined;
    void Promise.resolve(values.return?.()).catch(() => {});
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controlled = controller;
    },
    async pull(controller) {
      try {
        const { done, value } = await values.next();
        if (controlled === undefined) return;
        if (!done || isEmpty) controller.enqueue(encoder.encode(done ? noLine : textLine(value)));
        isEmpty = false;
        if (!done) return;
        controlled = undefined;
        controller.close();
      } catch (error) {
        controlled = undefined;
        failure = [error];
        controller.error(error);
      }
    },
    cancel: stop,
  });
  return { body, making: { stop, failure: () => failure } };
}

/** An empty line is content, but holds no value: the service refuses a request without content. */
const noLine = '\n';

const textLine = (value: unknown) => `${JSON.stringify(value)}\n`;
