import type { Capture } from './capture.ts';
import { isForAll, isShown } from './page-request.ts';

/** Said beside a request, by those who know. */
export interface RequestSurroundings {
  /** The visitor's address, as the server or its platform has established it. */
  readonly address?: string;
}

/**
 * For servers that answer a plain `Request` with a plain `Response`: answers the same response, with the visitor's cookie.
 * A response that shared caches may keep gets none, since all visitors would get the same.
 */
export function requestCapture(capture: Capture) {
  return (request: Request, response: Response, { address }: RequestSurroundings = {}): Response => {
    const { pathname, search } = new URL(request.url);
    const { setCookies, send } = capture.arrive({
      method: request.method,
      target: pathname + search,
      header: (name) => request.headers.get(name) ?? undefined,
      address,
    });
    if (isShown(response.status)) send();
    if (setCookies.length === 0 || isForAll(response.headers.get('cache-control'))) return response;
    // The headers of a response that was fetched cannot be changed.
    const answer = new Response(response.body, response);
    for (const cookie of setCookies) answer.headers.append('set-cookie', cookie);
    return answer;
  };
}
