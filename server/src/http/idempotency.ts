import { invalid } from '../domain/failure.ts';
import { orderedJson } from '../domain/same-json.ts';
import type { IdempotencyOperations } from '../operations/idempotency.ts';
import type { Answer, Exchange, Route } from './route.ts';

const visibleAscii = /^[\x21-\x7e]{1,255}$/;

/**
 * Handles a request, only once if its route allows that and its `Idempotency-Key` asks for it. Fails with `invalid` and
 * `conflict`.
 */
export function handleOnce(
  route: Route,
  exchange: Exchange<unknown>,
  operations: Pick<IdempotencyOperations, 'doOnce'>,
): Promise<Answer> {
  const key = readIdempotencyKey(route, exchange.headers);
  if (key === null) return route.handle(exchange);
  const request = {
    organizationId: exchange.principal.organization.id,
    route: `${route.method} ${route.path}`,
    key,
    content: orderedJson([exchange.parameters, exchange.body]),
  };
  return operations.doOnce(request, (once) => route.handle({ ...exchange, once }));
}

/** The key under which a request is to be done once; null if it has none, or its route heeds none. Fails with `invalid`. */
export function readIdempotencyKey(
  { isRepeatable }: Pick<Route, 'isRepeatable'>,
  headers: Exchange<unknown>['headers'],
): string | null {
  const key = headers['idempotency-key'];
  if (isRepeatable !== true || key === undefined) return null;
  // Node joins the values of a repeated header with a comma and a space, which this refuses.
  if (typeof key === 'string' && visibleAscii.test(key)) return key;
  throw invalid('Idempotency-Key', 'must be 1 to 255 visible ASCII characters, given once');
}
