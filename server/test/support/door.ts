import { promisify } from 'node:util';
import { type FastifyInstance, fastify } from 'fastify';
import { Failure } from '../../src/domain/failure.ts';
import { acceptJsonBodies } from '../../src/http/body.ts';
import { Refusal, sendProblem } from '../../src/http/problem.ts';
import { type RefusedRequest, Transport, type TransportOptions } from '../../src/http/transport.ts';

/** A running server that has the door's parts and, behind them, just enough routes to see what comes through. */
export interface Door extends AsyncDisposable {
  readonly port: number;
  readonly transport: Transport;
  /** Method, target and body of every request that reached its route. */
  readonly handled: { method: string; url: string; body: unknown }[];
  /** What was answered without the framework. */
  readonly refused: RefusedRequest[];
  /** What arrived that was no HTTP. */
  readonly faults: Error[];
  /** Fulfilled when a request to `/slow` has reached its route. */
  readonly slowReached: Promise<void>;
  /** Lets the answers to `/slow` go. */
  release(): void;
  /** How many clients are connected. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

const LARGE_ANSWER_BYTES = 16 * 1024 * 1024;

export async function openDoor(options: TransportOptions = {}): Promise<Door> {
  const refused: RefusedRequest[] = [];
  const transport = new Transport({ onRefusal: (request) => refused.push(request), ...options });
  const app = createApp(transport);
  const handled = noteHandled(app);
  const faults: Error[] = [];
  app.server.on('clientError', (error) => faults.push(error));
  const slow = addRoutes(app);
  await app.listen({ port: 0, host: '127.0.0.1' });
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return {
    port: address.port,
    transport,
    handled,
    refused,
    faults,
    slowReached: slow.reached.promise,
    release: slow.released.resolve,
    connections: () => promisify(app.server.getConnections.bind(app.server))(),
    close: () => app.close(),
    [Symbol.asyncDispose]: async () => {
      app.server.closeAllConnections();
      await app.close();
    },
  };
}

function createApp(transport: Transport): FastifyInstance {
  const app = fastify({
    ...transport.fastifyOptions,
    frameworkErrors: (error, _request, reply) => sendProblem(reply, error),
    routerOptions: { maxParamLength: 8192 },
  });
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, error));
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, new Refusal(404)));
  app.addHook('onRequest', (request, _reply, done) => {
    const isBad = request.headers.authorization === 'Bearer bad';
    done(isBad ? new Failure('unauthenticated', 'Unknown.') : undefined);
  });
  acceptJsonBodies(app, { limitBytes: 65_536 });
  return app;
}

function noteHandled(app: FastifyInstance): Door['handled'] {
  const handled: Door['handled'] = [];
  app.addHook('preHandler', (request, _reply, done) => {
    if (!request.is404) handled.push({ method: request.method, url: request.url, body: request.body });
    done();
  });
  return handled;
}

function addRoutes(app: FastifyInstance) {
  const slow = { reached: Promise.withResolvers<void>(), released: Promise.withResolvers<void>() };
  const methods = ['GET', 'PUT', 'POST', 'PATCH', 'DELETE'];
  app.route({ method: methods, url: '/things/:id', handler: () => ({ ok: true }) });
  app.post('/ignored', { config: { ignoresBody: true } }, () => ({ ok: true }));
  app.get('/large', (_request, reply) => reply.send(Buffer.alloc(LARGE_ANSWER_BYTES)));
  app.route({
    method: ['GET', 'PUT'],
    url: '/slow',
    handler: async () => {
      slow.reached.resolve();
      await slow.released.promise;
      return { ok: true };
    },
  });
  app.get('/broken', () => {
    throw new Error('SELECT secret FROM /etc/passwd');
  });
  return slow;
}
