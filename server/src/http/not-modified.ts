import type { FastifyInstance, RouteOptions } from 'fastify';

/**
 * Leaves the length out of every 304 from now on: to HEAD, the framework says 0 of whatever has no content, but it is the 200 whose
 * length a 304 may say (RFC 9110, section 8.6).
 */
export function leaveLengthOutOf304(app: FastifyInstance): void {
  const leaveOut: RouteOptions['onSend'] = (_request, reply, payload, done) => {
    if (reply.statusCode === 304) reply.removeHeader('content-length');
    done(null, payload);
  };
  app.addHook('onRoute', (route) => {
    if (route.method === 'HEAD') route.onSend = [route.onSend ?? [], leaveOut].flat();
  });
}
