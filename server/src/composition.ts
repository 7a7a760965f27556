import { randomBytes, randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { localUrl } from './config/setting-values.ts';
import type { Config } from './config.ts';
import { initialize } from './first-start.ts';
import { createApp } from './http/app.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { createTokenVerifier } from './http/bearer.ts';
import { composeNotice } from './http/notice.ts';
import { FixedWindows } from './http/rate-limit.ts';
import { createReadiness } from './http/readiness.ts';
import { RefusedRequests } from './http/refused-requests.ts';
import type { Phase } from './http/routes/service.ts';
import { SharedWindows } from './http/shared-windows.ts';
import { Transport } from './http/transport.ts';
import { type Authentication, createAuthentication } from './operations/authentication.ts';
import { createCaptureOperations } from './operations/capture.ts';
import { type Channels, createChannels } from './operations/channel.ts';
import type { OperationContext } from './operations/context.ts';
import { createIdempotencyOperations, type IdempotencyOperations } from './operations/idempotency.ts';
import { createLandings } from './operations/landing.ts';
import { createTokenOperations } from './operations/token.ts';
import { routesOf } from './routes.ts';
import type { Service, StartOptions } from './service.ts';
import type { Store } from './storage/store.ts';
import { Upkeep } from './upkeep.ts';
import { version } from './version.ts';
import { Telling } from './webhooks/telling.ts';

interface State {
  phase: Phase;
  publicUrl: string;
}

/** Counted from the moment the service is told to stop, so it includes the drain time. */
const stopDeadlineMilliseconds = 9_000;

/** How long a request that has begun to arrive when the service stops may take to say what it is. */
const headPatienceMilliseconds = 2_000;

/** Composes the rooms of the house on an open storage, and opens the door. */
export async function composeOn(store: Store, logger: Logger, options: StartOptions): Promise<Service> {
  const { config, now = Date.now, transportLimits } = options;
  const context: OperationContext = { store, now, random: (byteCount) => randomBytes(byteCount) };
  const state: State = { phase: 'starting', publicUrl: config.publicUrl };
  const refusedRequests = new RefusedRequests();
  const transport = createTransport(transportLimits, refusedRequests, logger);
  const holder = holderOn(store);
  const telling = createTelling({ config, holder, logger }, context, () => state.publicUrl);
  const idempotency = createIdempotencyOperations(context);
  const authentication = createAuthentication(context);
  const channels = createChannels(context);
  const upkeep = new Upkeep(context, { telling, idempotency, authentication, channels, logger, holder });
  const app = await compose(config, context, {
    authentication,
    idempotency,
    channels,
    upkeep,
    logger: frameworkLogger(logger),
    transport,
    phase: () => state.phase,
    publicUrl: () => state.publicUrl,
    telling,
    refusedRequests,
  });
  // Take the port first: if it is in use, no key may have been made that nobody is ever shown.
  await app.listen({ port: config.port, host: config.host });
  // Stored, because a server that takes no more connections has no port, yet still answers what it accepted.
  state.publicUrl = reachableUrl(config, app.server);
  const { initialized, organizationIds } = await orClose(app, async () => {
    const beginning = await initialize(context, config, logger);
    await upkeep.repeatErasures();
    return beginning;
  });
  state.phase = 'ready';
  upkeep.begin();
  const close = async (patienceMilliseconds: number): Promise<void> => {
    transport.beginDrain();
    await endServing({ app, transport, upkeep, store }, patienceMilliseconds);
    await store[Symbol.asyncDispose]();
  };
  return {
    url: localUrl(config.host, portOf(app.server)),
    initialized,
    organizationIds,
    async stop() {
      state.phase = 'stopping';
      transport.beginDrain();
      const drainMilliseconds = config.drainSeconds * 1000;
      await new Promise((resolve) => setTimeout(resolve, drainMilliseconds));
      await close(stopDeadlineMilliseconds - drainMilliseconds);
    },
    [Symbol.asyncDispose]: () => close(stopDeadlineMilliseconds),
  };
}

function createTransport(
  limits: StartOptions['transportLimits'],
  refusedRequests: RefusedRequests,
  logger: Logger,
): Transport {
  return new Transport({
    ...limits,
    onRefusal: ({ remoteAddress, ...refused }) => {
      refusedRequests.note(refused.status);
      logger.debug({ refused, remoteAddress }, 'A request was refused.');
    },
  });
}

interface Served {
  readonly app: Awaited<ReturnType<typeof createApp>>;
  readonly transport: Transport;
  readonly upkeep: Upkeep;
  readonly store: Store;
}

/** Stops serving, then notes the last uses of keys; cuts off whatever takes longer than the patience. */
async function endServing(
  { app, transport, upkeep, store }: Served,
  patienceMilliseconds: number,
): Promise<void> {
  const late = Promise.withResolvers<void>();
  const deadline = setTimeout(() => {
    app.server.closeAllConnections();
    store.breakOff();
    late.resolve();
  }, patienceMilliseconds).unref();
  const unheard = setTimeout(() => transport.breakOffUnheard(), headPatienceMilliseconds).unref();
  const ended = Promise.all([app.close(), upkeep.end(patienceMilliseconds)]);
  await Promise.race([ended.then(() => upkeep.noteLastVisits()), late.promise]);
  clearTimeout(deadline);
  clearTimeout(unheard);
}

/** Where no other process can serve the database, every process has the same name, so none waits for the claims of a dead one. */
function holderOn({ sharedCalls }: Store): string {
  return sharedCalls === null ? 'the only server' : randomUUID();
}

/** Does the work; if that fails, closes the door again. */
async function orClose<Result>(
  app: { close(): PromiseLike<unknown> },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    await app.close();
    throw error;
  }
}

interface TellingParts {
  readonly config: Config;
  readonly holder: string;
  readonly logger: Logger;
}

function createTelling(
  { config, holder, logger }: TellingParts,
  { store, now, random }: OperationContext,
  publicUrl: () => string,
): Telling {
  return new Telling({
    store,
    now,
    random,
    sharedTime: store.sharedTime,
    holder,
    allowedNetworks: config.webhookAllowedNetworks,
    compose: (told) => composeNotice(told, publicUrl()),
    userAgent: `leadsource/${version}`,
    onError: (error) => logger.error({ err: error }, 'The outbox was not dealt with.'),
  });
}

/** The framework logs at `info` that it listens; the greeting says that better. */
function frameworkLogger(logger: Logger): Logger {
  return logger.child({}, { level: logger.level === 'info' ? 'warn' : logger.level });
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** The public URL; where the system chose the port, with the port that was bound. */
function reachableUrl({ host, publicUrl }: Config, server: Server): string {
  return publicUrl === localUrl(host, 0) ? localUrl(host, portOf(server)) : publicUrl;
}

interface Surroundings {
  readonly authentication: Authentication;
  readonly channels: Channels;
  readonly logger: Logger;
  readonly transport: Transport;
  readonly idempotency: IdempotencyOperations;
  readonly upkeep: Upkeep;
  readonly phase: () => Phase;
  readonly publicUrl: () => string;
  readonly telling: Telling;
  readonly refusedRequests: RefusedRequests;
}

/** Decides who calls, and how often a caller may present wrong credentials. */
function callersOf(config: Config, context: OperationContext, authentication: Authentication) {
  const { store, now } = context;
  const { jwtIssuer: issuer, jwtAudience: audience, jwtIssuers: outside } = config;
  const tokens = createTokenOperations({ ...context, issuer, audience, outside });
  const failed = { failures: new FixedWindows(now), failureLimit: config.authFailureLimit };
  const own = { issuer, audience, keys: () => store.read.signingKeys() };
  const verifier = createTokenVerifier({ own, outside, now });
  const authenticate = createAuthenticate({ ...failed, authentication, tokens: verifier });
  return { tokens, authenticate, failed };
}

function compose(
  config: Config,
  context: OperationContext,
  surroundings: Surroundings,
): ReturnType<typeof createApp> {
  const { store, now } = context;
  const { authentication, channels, telling, upkeep } = surroundings;
  const idleMilliseconds = surroundings.transport.bulkIdleTimeoutMilliseconds;
  const { tokens, authenticate, failed } = callersOf(config, context, authentication);
  const landings = createLandings(context);
  const common = { tokens, authentication, channels, telling, upkeep, landings };
  return createApp({
    ...surroundings,
    routes: routesOf(config, context, { ...common, idleMilliseconds }),
    capture: {
      ...failed,
      authentication,
      operations: createCaptureOperations(context, landings),
      windows: new FixedWindows(now),
      rateLimit: config.captureRateLimit,
    },
    store,
    authenticate,
    windows: store.sharedCalls === null ? new FixedWindows(now) : new SharedWindows(store.sharedCalls, now),
    rateLimit: config.rateLimit,
    version,
    trustedProxies: config.trustedProxies,
    service: { tokens, phase: surroundings.phase, requireStorage: createReadiness(() => store.probe()) },
  });
}
