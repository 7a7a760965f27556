import type { Arrival, Capture } from './capture.ts';
import { isForAll, isShown } from './page-request.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A request of Express, or of any server whose middleware takes `(request, response, next)`. */
export interface ExpressRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly originalUrl?: string | undefined;
  readonly headers: Headers;
  readonly ip?: string | undefined;
  readonly socket?: { readonly remoteAddress?: string | undefined } | undefined;
}

export interface NodeResponse {
  readonly statusCode: number;
  readonly headersSent: boolean;
  once(event: 'finish', listener: () => void): unknown;
}

export interface ExpressResponse extends NodeResponse {
  getHeader(name: string): unknown;
  removeHeader(name: string): unknown;
  setHeader(name: string, value: unknown): unknown;
  appendHeader(name: string, value: string): unknown;
  writeHead(...head: unknown[]): unknown;
}

/** Middleware for Express, or for any server whose middleware takes `(request, response, next)`. */
export function expressCapture(capture: Capture) {
  return (request: ExpressRequest, response: ExpressResponse, next: () => void): void => {
    const { method = '', url = '', originalUrl = url, headers, ip, socket } = request;
    const address = ip ?? socket?.remoteAddress;
    const arrival = capture.arrive({ method, target: originalUrl, header: headerOf(headers), address });
    const giving = follow(arrival, response);
    // Once an answer has begun, no header can be added.
    if (giving.cookies.length > 0 && !response.headersSent) addLast(response, giving);
    next();
  };
}

export interface FastifyRequest {
  readonly method: string;
  readonly originalUrl: string;
  readonly headers: Headers;
  readonly ip: string;
}

export interface FastifyReply {
  readonly raw: NodeResponse;
  getHeader(name: string): unknown;
  removeHeader(name: string): unknown;
  header(name: string, value: readonly unknown[]): unknown;
}

export interface FastifyApp {
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void,
  ): unknown;
  addHook(
    name: 'onSend',
    hook: (request: FastifyRequest, reply: FastifyReply, payload: unknown, done: () => void) => void,
  ): unknown;
}

/** A Fastify plugin, for all routes of the app in which it is registered. */
export function fastifyCapture(capture: Capture) {
  const plugin = (app: FastifyApp, _options: unknown, done: () => void): void => {
    const givings = new WeakMap<FastifyRequest, Giving>();
    app.addHook('onRequest', (request, reply, next) => {
      const { method, originalUrl, headers, ip } = request;
      const seen = { method, target: originalUrl, header: headerOf(headers), address: ip };
      givings.set(request, follow(capture.arrive(seen), reply.raw));
      next();
    });
    app.addHook('onSend', (request, reply, _payload, next) => {
      const giving = givings.get(request);
      if (giving !== undefined && giving.cookies.length > 0 && !isForAll((name) => reply.getHeader(name))) {
        const all = joined(reply.getHeader('set-cookie'), giving.cookies);
        // `header` would add them to those already set.
        reply.removeHeader('set-cookie');
        reply.header('set-cookie', all);
        giving.given();
      }
      next();
    });
    done();
  };
  // Without this, Fastify would limit the hook to the plugin itself.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true });
}

interface Giving {
  readonly cookies: readonly string[];
  /** To be called once the answer has the cookies. */
  readonly given: () => void;
}

/** Tells of a page that was shown, if its visitor can be recognized: had an id before, or is given one with it. */
function follow({ isKnown, setCookies, send }: Arrival, response: NodeResponse): Giving {
  let hasId = isKnown;
  response.once('finish', () => {
    if (hasId && isShown(response.statusCode)) send();
  });
  return {
    cookies: setCookies,
    given: () => {
      hasId = true;
    },
  };
}

/** Adds them at the last moment, because a page that sets a cookie later may replace all cookies set before. */
function addLast(response: ExpressResponse, { cookies, given }: Giving): void {
  const { writeHead } = response;
  response.writeHead = (...head) => {
    response.writeHead = writeHead;
    const [last] = head.slice(-1);
    const isNamed = typeof last === 'object' && last !== null;
    if (Array.isArray(last)) setPairs(response, last);
    else if (isNamed) for (const [name, value] of Object.entries(last)) response.setHeader(name, value);
    if (!isForAll((name) => response.getHeader(name))) {
      response.setHeader('set-cookie', joined(response.getHeader('set-cookie'), cookies));
      given();
    }
    return response.writeHead(...(isNamed ? head.slice(0, -1) : head));
  };
}

/** A list of its own: a page may give the same list to every visitor, who must not get the cookies of those before. */
function joined(own: unknown, cookies: readonly string[]): readonly unknown[] {
  return [...[own ?? []].flat(), ...cookies];
}

/** Headers as a list of names and values in turn, or of pairs of them; a name may occur several times. */
function setPairs(response: ExpressResponse, list: readonly (string | readonly string[])[]): void {
  const pairs = Array.isArray(list[0]) ? list.flat() : (list as readonly string[]);
  for (let place = 0; place < pairs.length; place += 2) response.removeHeader(pairs[place] ?? '');
  for (let place = 0; place < pairs.length; place += 2) {
    response.appendHeader(pairs[place] ?? '', pairs[place + 1] ?? '');
  }
}

function headerOf(headers: Headers): (name: string) => string | undefined {
  return (name) => {
    const value = headers[name];
    return typeof value === 'string' ? value : value?.join(', ');
  };
}
