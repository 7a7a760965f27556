import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type RouteOptions,
} from 'fastify';
import { atFirstUse } from '../domain/first-use.ts';
import { Refusal, sendProblem } from './problem.ts';
import { components } from './schemas.ts';

const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const root = '/docs';
const pages = [root, `${root}/`, `${root}/json`, `${root}/yaml`, `${root}/static/:file`];
/** Headers with which a browser asks for a file again, or for a part of it. */
const conditions = ['if-none-match', 'if-modified-since', 'range'] as const;
/** Headers that belong to the connection over which the answer is sent. */
const ofConnection = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding']);

/** The OpenAPI document of an app, and the page that shows it. */
export interface Docs {
  /** As JSON. */
  document(): Promise<Buffer>;
  /** Serves a page to read and try the API, and everything that the page needs. */
  mount(app: FastifyInstance): void;
}

/**
 * Records the routes that `app` is given from now on. The document and its page are made on first use, by a second app that
 * listens nowhere: loading its plugins takes an eighth of a start, and most services are never asked.
 */
export function createDocs(app: FastifyInstance, options: FastifyDynamicSwaggerOptions): Docs {
  const described: RouteOptions[] = [];
  app.addHook('onRoute', ({ method, url, schema }) => {
    if (method === 'HEAD' || schema === undefined || schema.hide === true) return;
    described.push({ method, url, schema, handler: () => undefined });
  });
  const docs = atFirstUse(() => makeDocs(described, options));
  return {
    // Writing it takes as long as many other answers.
    document: atFirstUse(async () => Buffer.from(JSON.stringify((await docs()).swagger()))),
    mount(scope) {
      for (const url of pages) {
        scope.get(url, { config: { ignoresBody: true }, schema: { hide: true } }, async (request, reply) =>
          passOn(await docs(), request, reply),
        );
      }
    },
  };
}

async function makeDocs(
  described: readonly RouteOptions[],
  options: FastifyDynamicSwaggerOptions,
): Promise<FastifyInstance> {
  const [swagger, swaggerUi] = await Promise.all([import('@fastify/swagger'), import('@fastify/swagger-ui')]);
  const app = fastify({ exposeHeadRoutes: false });
  app.setErrorHandler((error, _request, reply) => sendProblem(reply, error));
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, new Refusal(404)));
  app.setReplySerializer((payload) => JSON.stringify(payload));
  app.setSerializerCompiler(() => (payload) => JSON.stringify(payload));
  app.setValidatorCompiler(() => () => true);
  for (const [name, schema] of Object.entries(components)) app.addSchema({ $id: name, ...schema });
  await app.register(swagger.default, options);
  await app.register(async (scope) => {
    for (const route of described) scope.route(route);
  });
  await app.register(swaggerUi.default, {
    routePrefix: root,
    staticCSP: true,
    transformStaticCSP: () => contentPolicy,
    transformSpecification: tried,
    transformSpecificationClone: false,
    uiConfig: { deepLinking: true, docExpansion: 'list', validatorUrl: null },
    theme: { title: 'leadsource API' },
  });
  await app.ready();
  return app;
}

/**
 * The document for the page, whose content policy allows only the host that the page came from: calls go there, under whatever
 * name.
 */
function tried(document: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const servers = document['servers'] as readonly { readonly url: string }[];
  const near = ({ url }: { readonly url: string }) => url.replace(/^https?:\/\/[^/]+/, '') || '/';
  return { ...document, servers: servers.map((server) => ({ ...server, url: near(server) })) };
}

async function passOn(
  docs: FastifyInstance,
  { url, headers }: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // Such a segment would be resolved to another path.
  if (url.includes('/.')) throw new Refusal(404);
  const given = conditions.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]]));
  const answer = await docs.inject({ method: 'GET', url, headers: Object.fromEntries(given) });
  const told = Object.entries(answer.headers).filter(([name]) => !ofConnection.has(name));
  reply.code(answer.statusCode).headers(Object.fromEntries(told));
  // The framework would describe even no bytes by a type and a length.
  return answer.statusCode === 304 ? reply.send() : reply.send(answer.rawPayload);
}
