import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';
import { localUrl } from './config/setting-values.ts';
import type { Config } from './config.ts';
import { createApp } from './http/app.ts';
import { createAuthenticate } from './http/authenticate.ts';
import { createTokenVerifier } from './http/bearer.ts';
import { FixedWindows } from './http/rate-limit.ts';
import { apiKeyRoutes } from './http/routes/api-key.ts';
import { customerRoutes } from './http/routes/customer.ts';
import { leadSourceRoutes } from './http/routes/lead-source.ts';
import { settingChangeRoutes } from './http/routes/setting-change.ts';
import { tokenRoutes } from './http/routes/token.ts';
import { Transport, type TransportLimits } from './http/transport.ts';
import { openStore } from './open-store.ts';
import { createApiKeyOperations, hashSecret } from './operations/api-key.ts';
import { createAuthentication } from './operations/authentication.ts';
import type { OperationContext } from './operations/context.ts';
import { createCustomerOperations } from './operations/customer.ts';
import { createLeadSourceOperations } from './operations/lead-source.ts';
import { createOrganizationOperations } from './operations/organization.ts';
import { createSettingChangeOperations } from './operations/setting-change.ts';
import { createTokenOperations } from './operations/token.ts';
import type { Store } from './storage/store.ts';
import { version } from './version.ts';
import { keepOutboxEmpty } from './webhooks/outbox.ts';

/** The service, running. Disposing of it stops it at once, after what was accepted is answered and kept. */
export interface Service extends AsyncDisposable {
  /** Where it listens. */
  readonly url: string;
  /** The organization and key made by this start; null where there was an organization. */
  readonly initialized: { readonly organizationId: string; readonly secret: string } | null;
  readonly organizationIds: readonly string[];
  /** Stops in good order: not ready first, then no new requests, then the end of those accepted. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly config: Config;
  readonly now?: () => number;
  /** Other limits of the connection than the usual ones. */
  readonly transportLimits?: Partial<TransportLimits>;
  /** Called when the storage can no longer be trusted; the process must end. */
  readonly onFatal: (reason: string) => void;
}

/** From the moment the service is told to stop: the drain time counts. */
const stopDeadlineMilliseconds = 9_000;

/** Composes the rooms of the house and opens the door. Fails with a plain line where a setting or the file forbids it. */
export async function start(options: StartOptions): Promise<Service> {
  const store = await openStore(options.config, 'server', options.onFatal);
  try {
    return await startOn(store, options);
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

async function startOn(store: Store, options: StartOptions): Promise<Service> {
  const { config, now = Date.now, transportLimits } = options;
  const logger = pino({ level: config.logLevel });
  const context: OperationContext = { store, now, random: (byteCount) => randomBytes(byteCount) };
  const initialized = await initialize(context, config, logger);
  const state = { isReady: true };
  const transport = new Transport({
    ...transportLimits,
    onRefusal: ({ remoteAddress, ...refused }) =>
      logger.debug({ refused, remoteAddress }, 'A request was refused.'),
  });
  const isReady = () => state.isReady;
  const app = await compose(config, context, { logger: frameworkLogger(logger), transport, isReady });
  await app.listen({ port: config.port, host: config.host });
  const organizations = await store.read.organizations();
  const outbox = keepOutboxEmpty(store, (error) =>
    logger.error({ err: error }, 'The outbox was not emptied.'),
  );
  const close = async (patienceMilliseconds: number): Promise<void> => {
    transport.beginShutdown();
    const deadline = setTimeout(() => app.server.closeAllConnections(), patienceMilliseconds).unref();
    await app.close();
    clearTimeout(deadline);
    outbox[Symbol.dispose]();
    await store[Symbol.asyncDispose]();
  };
  return {
    url: localUrl(config.host, (app.server.address() as AddressInfo).port),
    initialized,
    organizationIds: organizations.map(({ id }) => id),
    async stop() {
      state.isReady = false;
      const drainMilliseconds = config.drainSeconds * 1000;
      await new Promise((resolve) => setTimeout(resolve, drainMilliseconds));
      await close(stopDeadlineMilliseconds - drainMilliseconds);
    },
    [Symbol.asyncDispose]: () => close(stopDeadlineMilliseconds),
  };
}

/** The framework tells at the usual level that it listens, which the greeting tells better. */
function frameworkLogger(logger: Logger): Logger {
  return logger.child({}, { level: logger.level === 'info' ? 'warn' : logger.level });
}

async function initialize(
  context: OperationContext,
  config: Config,
  logger: Logger,
): Promise<Service['initialized']> {
  const organizations = createOrganizationOperations(context);
  const made = await organizations.initialize(config.organizationId, config.secretKey);
  if (made !== null) return { organizationId: made.organization.id, secret: made.secret };
  const ignored = await settingsOfFirstStart(context.store, config);
  if (ignored.length > 0) logger.warn(`${ignored.join(' and ')} had a say at the first start only.`);
  return null;
}

/** The settings that now say something else than what the first start made. */
async function settingsOfFirstStart({ read }: Store, config: Config): Promise<readonly string[]> {
  const { organizationId, secretKey } = config;
  const [first] = await read.organizations();
  const isOtherKey = secretKey !== null && (await read.apiKeyBySecret(hashSecret(secretKey))) === null;
  return [
    ...(organizationId !== null && organizationId !== first?.id ? ['LEADSOURCE_ORGANIZATION_ID'] : []),
    ...(isOtherKey ? ['LEADSOURCE_SECRET_KEY'] : []),
  ];
}

interface Surroundings {
  readonly logger: Logger;
  readonly transport: Transport;
  readonly isReady: () => boolean;
}

function compose(
  config: Config,
  context: OperationContext,
  surroundings: Surroundings,
): ReturnType<typeof createApp> {
  const { store, now } = context;
  const { jwtIssuer: issuer, jwtAudience: audience } = config;
  const tokens = createTokenOperations({ ...context, issuer, audience });
  const authentication = createAuthentication(context);
  const authenticate = createAuthenticate({
    authentication,
    tokens: createTokenVerifier({
      own: { issuer, audience, keys: () => store.read.signingKeys() },
      outside: config.jwtIssuers,
      now,
    }),
    failures: new FixedWindows(now),
    failureLimit: config.authFailureLimit,
  });
  return createApp({
    ...surroundings,
    routes: [
      ...leadSourceRoutes(createLeadSourceOperations(context), { replaceStatus: config.putReplaceStatus }),
      ...customerRoutes(createCustomerOperations(context)),
      ...apiKeyRoutes(createApiKeyOperations(context, authentication.forget)),
      ...tokenRoutes(tokens),
      ...settingChangeRoutes(createSettingChangeOperations(context)),
    ],
    store,
    authenticate,
    windows: new FixedWindows(now),
    rateLimit: config.rateLimit,
    publicUrl: config.publicUrl,
    version,
    trustedProxies: config.trustedProxies,
    service: { read: store.read, tokens, isReady: surroundings.isReady },
  });
}
