import { Readable } from 'node:stream';
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { Failure } from '../domain/failure.ts';
import type { RateLimit } from '../domain/organization.ts';
import { grants, type Permission } from '../domain/permission.ts';
import type { Principal } from '../domain/principal.ts';
import { readAll } from '../domain/read-all.ts';
import type { IdempotencyOperations } from '../operations/idempotency.ts';
import type { Store } from '../storage/store.ts';
import type { Authenticate } from './authenticate.ts';
import { acceptJsonBodies } from './body.ts';
import { mountCaptureScript } from './capture-script.ts';
import { type Query, requireUnderstood } from './collection-query.ts';
import { mountDashboard } from './dashboard.ts';
import { createDocs } from './docs.ts';
import { unlessHeld } from './entity-tags.ts';
import { checkWith } from './further-faults.ts';
import { handleOnce, readIdempotencyKey } from './idempotency.ts';
import { answerInTime } from './late-answer.ts';
import { type MeasuredParts, measure } from './metrics.ts';
import { leaveLengthOutOf304 } from './not-modified.ts';
import { documentOptions, schemaOf } from './openapi.ts';
import { organizationOf, requireRootOf, takingOffOrganizationRoot } from './organization-root.ts';
import { problemOf, Refusal, sendProblem } from './problem.ts';
import { withoutArrayForms } from './query-arrays.ts';
import { refuseBeyond, showAllowance, type Windows } from './rate-limit.ts';
import type { RefusedRequests } from './refused-requests.ts';
import type { Route } from './route.ts';
import { type CaptureParts, capturePath, mountCapture } from './routes/capture.ts';
import { mountService, type ServiceParts } from './routes/service.ts';
import { beginWork, type Transport } from './transport.ts';
import { validatorBy, validatorOf } from './validation.ts';

declare module 'fastify' {
  interface FastifyRequest {
    principal: Principal | null;
  }
  interface FastifyContextConfig {
    /** The permission that a caller needs; absent for routes that need no credential. */
    permission?: Permission;
    /** The route's path without the organization's root, under which metrics count it. */
    pattern?: string;
    /** The route answers as soon as the port is bound, while the service is still starting. */
    isAnsweredEarly?: true;
  }
}

export interface AppParts {
  readonly routes: readonly Route[];
  readonly idempotency: Pick<IdempotencyOperations, 'doOnce'>;
  readonly store: Store;
  readonly authenticate: Authenticate;
  readonly transport: Transport;
  readonly logger: FastifyBaseLogger;
  readonly windows: Windows;
  readonly rateLimit: RateLimit;
  /** Called only once the port is bound. */
  readonly publicUrl: () => string;
  readonly version: string;
  readonly telling: MeasuredParts['telling'];
  readonly refusedRequests: RefusedRequests;
  readonly trustedProxies: readonly string[];
  readonly service: Omit<ServiceParts, 'document'>;
  readonly capture: CaptureParts;
}

const bodyLimitBytes = 64 * 1024;

/** The HTTP door: the hooks that a request passes, in this order, and the routes there are. */
export async function createApp(parts: AppParts): Promise<FastifyInstance> {
  const { routes, transport, logger, trustedProxies, publicUrl, version } = parts;
  const app = fastify({
    ...transport.fastifyOptions,
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    rewriteUrl: takingOffOrganizationRoot([...routes.map(({ path }) => path), capturePath]),
    routerOptions: { maxParamLength: 8 * 1024, ignoreTrailingSlash: false, caseSensitive: true },
    frameworkErrors: (error, _request, reply) => void sendProblem(reply, error),
    forceCloseConnections: 'idle',
  });
  app.decorateRequest('principal', null);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler(({ url }, reply) => sendProblem(reply, refusalOf(app, url)));
  app.setReplySerializer((payload) => JSON.stringify(payload));
  app.setSerializerCompiler(() => (payload) => JSON.stringify(payload));
  app.setValidatorCompiler(() => () => true);

  leaveLengthOutOf304(app);
  app.addHook('onRequest', nameRequest);
  const registry = measure(app, parts);
  app.addHook('onRequest', admission(parts));
  acceptJsonBodies(app, { limitBytes: bodyLimitBytes });

  const docs = createDocs(app, documentOptions(publicUrl, version));
  await app.register(async (scope) => {
    for (const route of routes) mount(scope, route, parts);
    mountService(scope, { ...parts.service, document: docs.document }, registry);
    mountCapture(scope, parts.capture);
    mountCaptureScript(scope);
    mountDashboard(scope);
    docs.mount(scope);
  });
  return app;
}

function nameRequest({ id }: FastifyRequest, reply: FastifyReply, done: () => void): void {
  reply.header('x-request-id', id);
  done();
}

/** Checks who calls, how often, for which organization and with which right, all before the body is read. */
function admission({ authenticate, windows, rateLimit, service: { phase } }: AppParts) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { permission, isAnsweredEarly } = request.routeOptions.config;
    if (phase() === 'starting' && isAnsweredEarly !== true) {
      throw new Failure('unavailable', 'The service is starting.');
    }
    if (namesNothing(request.params as object)) throw new Refusal(404);
    if (permission === undefined) return;
    const principal = await authenticate(request, reply);
    const { organization } = principal;
    if (request.method === 'GET' || request.method === 'HEAD') {
      // A shared cache knows that an answer to `Authorization` is for one caller only, but not that one to REB-APIKEY is.
      reply.header('cache-control', 'private, no-cache');
    } else {
      const allowance = await windows.take(organization.id, organization.rateLimit ?? rateLimit);
      if (allowance !== null) showAllowance(reply, allowance);
      if (allowance?.exceeded === true) throw refuseBeyond(reply, allowance);
    }
    requireRootOf(organization, request);
    if (!grants(principal.permissions, permission)) {
      throw new Failure('forbidden', `This takes the permission ${permission}.`);
    }
    request.principal = principal;
  };
}

/** The router lets a parameter be empty, as in `/customers//lead-source`. */
function namesNothing(parameters: object): boolean {
  return Object.values(parameters).includes('');
}

/** Mounts a route, and a POST also with a trailing slash, as the official client sends it. */
function mount(app: FastifyInstance, route: Route, parts: AppParts): void {
  const urls = route.method === 'POST' ? [route.path, `${route.path}/`] : [route.path];
  const judge = judgeOf(route);
  const schema = schemaOf(route);
  for (const url of urls) {
    app.route({
      method: route.method,
      url,
      schema: url === route.path ? schema : { hide: true },
      config: {
        permission: route.permission,
        pattern: route.path,
        ignoresBody: route.body === null && route.lines === undefined,
        streamsBody: route.lines !== undefined,
        takesTables: route.takesTables === true,
      },
      handler: (request, reply) => {
        if (route.body === null) requireReadableQuery(request.originalUrl);
        request.query = withoutArrayForms(request.query as Query);
        judge(request);
        beginWork(request.raw);
        return handle(route, request, reply, parts);
      },
    });
  }
}

/** Checks whatever needs no storage before the handler runs, so that all faults are reported at once. */
function judgeOf(route: Route): (request: FastifyRequest) => void {
  const { furtherFaults } = route;
  const judge = ownJudgeOf(route);
  if (furtherFaults === undefined) return judge;
  return (request) => checkWith(furtherFaults, request.body, () => judge(request));
}

function ownJudgeOf(route: Route): (request: FastifyRequest) => void {
  const { body, faults, named, isRepeatable, parameters = [] } = route;
  if (body === null) {
    const isPaged = parameters.includes('limit');
    return isPaged ? ({ query }) => requireUnderstood(route, query as Query) : () => {};
  }
  const validate = faults === undefined ? validatorOf(body) : validatorBy(faults);
  if (named === undefined && isRepeatable !== true) return (request) => validate(request.body);
  return (request) => {
    readAll([
      () => named?.(request.params as Readonly<Record<string, string>>),
      () => readIdempotencyKey(route, request.headers),
      () => validate(request.body),
    ]);
  };
}

async function handle(
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
  parts: Pick<AppParts, 'publicUrl' | 'idempotency'>,
): Promise<unknown> {
  const { principal } = request;
  if (principal === null) throw new Failure('unauthenticated', 'Valid credentials are required.');
  const parameters = request.params as Readonly<Record<string, string>>;
  requireNameable(route, parameters);
  const publicUrl = parts.publicUrl();
  const organization = organizationOf(request);
  const root = organization === undefined ? publicUrl : `${publicUrl}/organizations/${organization}`;
  const exchange = (ending: AbortSignal) => ({
    ending,
    principal,
    parameters,
    query: request.query as Readonly<Record<string, unknown>>,
    headers: request.headers,
    body: request.body,
    once: undefined,
    log: request.log,
    link: (path: string) => root + path,
  });
  const work = (ending: AbortSignal) => handleOnce(route, exchange(ending), parts.idempotency);
  const answer = unlessHeld(request, await answerInTime(route, reply.raw, work));
  reply.code(answer.status);
  if (answer.headers !== undefined) reply.headers(answer.headers);
  // Sends the head before there is any outcome to report: while a client streams its lines, the first may take long.
  if (route.lines !== undefined && answer.body instanceof Readable)
    answer.body.once('resume', () => reply.raw.flushHeaders());
  return reply.send(sentOf(answer.body, request.method));
}

/** Of a stream, HEAD shows only the head; the framework would read it to its end, for nobody. */
function sentOf(body: unknown, method: string): unknown {
  if (method !== 'HEAD' || !(body instanceof Readable)) return body;
  body.destroy();
  return Readable.from([]);
}

/** The framework would take what is not UTF-8 as written, and answer another question than was asked. */
function requireReadableQuery(url: string): void {
  const start = url.indexOf('?');
  if (start === -1) return;
  try {
    decodeURIComponent(url.slice(start + 1));
  } catch {
    throw new Failure('malformed', 'The query is not percent-encoded UTF-8.');
  }
}

/** No name contains U+0000, and not every database accepts it in a query. Writes report it as an invalid field. */
function requireNameable({ method }: Route, parameters: Readonly<Record<string, string>>): void {
  const isWrite = method === 'PUT' || method === 'POST';
  if (isWrite || Object.values(parameters).every((text) => !text.includes('\0'))) return;
  throw new Failure('not-found', 'There is nothing of this name.');
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const;

/** Of a request that no route takes: a path that exists answers 405 to what it does not have, with or without credentials. */
function refusalOf(app: FastifyInstance, url: string): Refusal {
  const allowed = methods.filter((method) => {
    const found: { readonly params: object } | null = app.findRoute({ method, url });
    return found !== null && !namesNothing(found.params);
  });
  return allowed.length === 0 ? new Refusal(404) : new Refusal(405, undefined, { allow: allowed.join(', ') });
}

function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (problemOf(error, '').status >= 500) logFailure(error, request.log);
  return sendProblem(reply, error);
}

/** An expected failure is logged without its stack, since it may befall thousands of calls a second. */
function logFailure(error: unknown, log: FastifyBaseLogger): void {
  if (error instanceof Failure) log.warn({ reason: error.message }, 'A request could not be served.');
  else log.error({ err: error }, 'A request failed.');
}
