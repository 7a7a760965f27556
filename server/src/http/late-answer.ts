import type { ServerResponse } from 'node:http';
import { unavailableFor } from '../storage/store.ts';
import type { Answer, Route } from './route.ts';

type Declared = Pick<Route, 'method' | 'permission'>;

/**
 * The answer that `work` comes to. Once the connection has stood still for as long as it may, a request that only reads fails
 * with `unavailable`, and so do the reads that its work still begins, if it heeds `ending`. Any other request is waited for:
 * nothing but its own answer tells what it has changed.
 */
export async function answerInTime(
  { method, permission }: Declared,
  response: ServerResponse,
  work: (ending: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const ending = new AbortController();
  const late = Promise.withResolvers<never>();
  const onStandstill = () => {
    if (method !== 'GET') return;
    const failure = unavailableFor(permission === 'reports:read' ? 'long-report' : 'long-list');
    ending.abort(failure);
    late.reject(failure);
  };
  // Without a listener, Node closes the connection, as it should where somebody does not read the answer.
  response.on('timeout', onStandstill);
  try {
    return await Promise.race([work(ending.signal), late.promise]);
  } finally {
    response.off('timeout', onStandstill);
  }
}
