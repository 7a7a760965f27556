import type { Arrival, Capture } from './capture.ts';
import { isShown } from './page-request.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** A request as Express has it, or any server whose middleware takes `(request, response, next)`. */
export interface ExpressRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly originalUrl?: string;
  readonly headers: Headers;
  readonly ip?: string | undefined;
  readonly socket?: { readonly remoteAddress?: string | undefined };
}

export interface NodeResponse {
  readonly statusCode: number;
  readonly headersSent: boolean;
  once(event: 'finish', listener: () => void): unknown;
}

export interface ExpressResponse extends NodeResponse {
  appendHeader(name: string, value: string): unknown;
}

/** Middleware of Express, or any server whose middleware takes `(request, response, next)`. */
export function expressCapture(capture: Capture) {
  return (request: ExpressRequest, response: ExpressResponse, next: () => void): void => {
    const { method = '', url = '', originalUrl = url, headers, ip, socket } = request;
    const address = ip ?? socket?.remoteAddress;
    const arrival = capture.arrive({ method, target: originalUrl, header: headerOf(headers), address });
    follow(arrival, response, (cookie) => response.appendHeader('set-cookie', cookie));
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
  header(name: string, value: string): unknown;
}

export interface FastifyApp {
  addHook(
    name: 'onRequest',
    hook: (request: FastifyRequest, reply: FastifyReply, done: () => void) => void,
  ): unknown;
}

/** A plugin of Fastify, for all routes of the app that it is registered with. */
export function fastifyCapture(capture: Capture) {
  const plugin = (app: FastifyApp, _options: unknown, done: () => void): void => {
    app.addHook('onRequest', (request, reply, next) => {
      const { method, originalUrl, headers, ip } = request;
      const seen = { method, target: originalUrl, header: headerOf(headers), address: ip };
      follow(capture.arrive(seen), reply.raw, (cookie) => reply.header('set-cookie', cookie));
      next();
    });
    done();
  };
  // Without this, Fastify would keep the hook to the plugin itself.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true });
}

function follow(arrival: Arrival, response: NodeResponse, addCookie: (cookie: string) => unknown): void {
  const { setCookies, send } = arrival;
  // An answer that has begun already takes no header any more.
  if (!response.headersSent) for (const cookie of setCookies) addCookie(cookie);
  response.once('finish', () => {
    if (isShown(response.statusCode)) send();
  });
}

function headerOf(headers: Headers): (name: string) => string | undefined {
  return (name) => {
    const value = headers[name];
    return typeof value === 'string' ? value : value?.join(', ');
  };
}
