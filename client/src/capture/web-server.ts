import type { Capture } from './capture.ts';
import { isForAll, isShown } from './page-request.ts';

/** What the server knows about a request beyond the request itself. */
export interface RequestSurroundings {
  /** The visitor's address as determined by the server or its platform. */
  readonly address?: string | undefined;
}

/**
 * For servers that answer a standard `Request` with a standard `Response`: returns the response with the visitor's cookie added.
 * A response marked as cacheable by shared caches gets no cookie, since all visitors would receive the same one, and is not told of
 * where the visitor is new.
 */
export function requestCapture(capture: Capture) {
  return (request: Request, response: Response, { address }: RequestSurroundings = {}): Response => {
    const { pathname, search } = new URL(request.url);
    const { isKnown, setCookies, send } = capture.arrive({
      method: request.method,
      target: pathname + search,
      header: (name) => request.headers.get(name) ?? undefined,
      address,
    });
    // What offers another protocol, as for a WebSocket, cannot be copied, and the connection belongs to the response itself.
    const mayCarry = response.status >= 200 && !isForAll((name) => response.headers.get(name));
    const getsCookie = setCookies.length > 0 && mayCarry;
    if ((isKnown || getsCookie) && isShown(response.status)) send();
    if (!getsCookie) return response;
    // The headers of a fetched response are immutable.
    const answer = new Response(response.body, response);
    for (const cookie of setCookies) answer.headers.append('set-cookie', cookie);
    return answer;
  };
}
