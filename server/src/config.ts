import { nearestName } from './config/nearest-name.ts';
import {
  type DatabaseLocation,
  localUrl,
  readDatabaseLocation,
  readHost,
  readNetworks,
  readOneOf,
  readOrganizationId,
  readPublicUrl,
  readRateLimit,
  readReplaceStatus,
  readSecretKey,
  readVisibleText,
  readWholeNumber,
} from './config/setting-values.ts';
import { readTokenIssuers } from './config/token-issuers.ts';
import { Failure } from './domain/failure.ts';
import type { RateLimit } from './domain/organization.ts';
import type { TokenIssuer } from './domain/token.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** How the service is set up. Nothing in it changes while the service runs. */
export interface Config {
  /** 0 leaves the choice to the system. */
  readonly port: number;
  readonly host: string;
  readonly database: DatabaseLocation;
  /** Whether statements are prepared under names that a PostgreSQL server keeps. */
  readonly postgresPrepare: 'on' | 'off';
  /** What links begin with, without a trailing slash. */
  readonly publicUrl: string;
  /** The id and the key of the organization that the first start makes; null has them generated. */
  readonly organizationId: string | null;
  readonly secretKey: string | null;
  readonly rateLimit: RateLimit;
  readonly captureRateLimit: RateLimit;
  readonly authFailureLimit: RateLimit;
  readonly putReplaceStatus: 200 | 201;
  /** `iss` and `aud` of the tokens this service mints. */
  readonly jwtIssuer: string;
  readonly jwtAudience: string;
  readonly jwtIssuers: readonly TokenIssuer[];
  /** Addresses and CIDR networks. */
  readonly trustedProxies: readonly string[];
  readonly webhookAllowedNetworks: readonly string[];
  readonly drainSeconds: number;
  readonly logLevel: LogLevel;
}

/** One setting: a line of the documentation, and how its text is read. */
export interface Setting<Value> {
  readonly name: string;
  readonly description: string;
  /** Its value must never be shown, not even a wrong one: it may hold a secret. */
  readonly confidential?: true;
  /** Fails with `invalid`, whose message continues the setting's name. */
  readonly read: (text: string) => Value;
}

/** A setting that always has a value: `default` is read where the environment has none. */
export interface DefaultedSetting<Value> extends Setting<Value> {
  readonly default: string;
}

/** A setting that may stay unset; `otherwise` says what that means. */
export interface OptionalSetting<Value> extends Setting<Value> {
  readonly otherwise: string;
}

/** Every setting, by the member of `Config` that holds it. Documentation and `--help` are made from this table. */
export const settings = {
  port: {
    name: 'PORT',
    description: 'The port to listen on; 0 leaves the choice to the system.',
    default: '8080',
    read: readWholeNumber(0, 65_535),
  },
  host: {
    name: 'HOST',
    description: 'The address or name to listen on; 0.0.0.0 or :: for all.',
    default: '127.0.0.1',
    read: readHost,
  },
  database: {
    name: 'DATABASE_URL',
    description: 'Where facts are kept: sqlite: and the path of a file, or the postgres:// URL of a server.',
    confidential: true,
    default: 'sqlite:./data/leadsource.db',
    read: readDatabaseLocation,
  },
  postgresPrepare: {
    name: 'LEADSOURCE_POSTGRES_PREPARE',
    description:
      'Whether statements are prepared by name on PostgreSQL: on, or off for poolers that lose them.',
    default: 'on',
    read: readOneOf(['on', 'off'] as const),
  },
  publicUrl: {
    name: 'LEADSOURCE_PUBLIC_URL',
    description: 'The URL that clients reach the service by, which Location and links begin with.',
    confidential: true,
    otherwise: 'http://HOST:PORT, with localhost for a HOST that stands for all addresses',
    read: readPublicUrl,
  },
  organizationId: {
    name: 'LEADSOURCE_ORGANIZATION_ID',
    description: 'The id of the organization made at the first start.',
    otherwise: 'generated, and printed once',
    read: readOrganizationId,
  },
  secretKey: {
    name: 'LEADSOURCE_SECRET_KEY',
    description: 'The secret key made at the first start, 32 to 512 characters.',
    confidential: true,
    otherwise: 'generated, and printed once',
    read: readSecretKey,
  },
  rateLimit: {
    name: 'LEADSOURCE_RATE_LIMIT',
    description: 'Non-GET calls of an organization per seconds, or off.',
    default: '3000/600',
    read: readRateLimit,
  },
  captureRateLimit: {
    name: 'LEADSOURCE_CAPTURE_RATE_LIMIT',
    description: 'Captured hits of an address and key per seconds, or off.',
    default: '600/60',
    read: readRateLimit,
  },
  authFailureLimit: {
    name: 'LEADSOURCE_AUTH_FAILURE_LIMIT',
    description: 'Calls of an address with wrong credentials per seconds, or off.',
    default: '600/60',
    read: readRateLimit,
  },
  putReplaceStatus: {
    name: 'LEADSOURCE_PUT_REPLACE_STATUS',
    description: 'The status of a PUT that replaces a lead source: 201, or 200 as RFC 9110 has it.',
    default: '201',
    read: readReplaceStatus,
  },
  jwtIssuer: {
    name: 'LEADSOURCE_JWT_ISSUER',
    description: 'The iss of the tokens this service mints.',
    otherwise: 'the public URL',
    read: readVisibleText,
  },
  jwtAudience: {
    name: 'LEADSOURCE_JWT_AUDIENCE',
    description: 'The aud of the tokens this service mints.',
    default: 'leadsource',
    read: readVisibleText,
  },
  jwtIssuers: {
    name: 'LEADSOURCE_JWT_ISSUERS',
    description:
      'Outside issuers whose tokens are believed: a JSON array of objects with issuer, audience, algorithms, ' +
      'jwksUrl and, where wanted, claims and organizationIds.',
    confidential: true,
    default: '[]',
    read: readTokenIssuers,
  },
  trustedProxies: {
    name: 'LEADSOURCE_TRUSTED_PROXIES',
    description: 'Addresses and networks of proxies whose X-Forwarded headers are believed.',
    otherwise: 'none',
    read: readNetworks,
  },
  webhookAllowedNetworks: {
    name: 'LEADSOURCE_WEBHOOK_ALLOWED_NETWORKS',
    description: 'Private addresses and networks that webhooks may be delivered to.',
    otherwise: 'none',
    read: readNetworks,
  },
  drainSeconds: {
    name: 'LEADSOURCE_DRAIN_SECONDS',
    description:
      'How long a service that is told to stop still accepts calls, while it says that it is not ready.',
    default: '0',
    read: readWholeNumber(0, 8),
  },
  logLevel: {
    name: 'LEADSOURCE_LOG_LEVEL',
    description: `The least severe lines to log: ${logLevels.join(', ')}.`,
    default: 'info',
    read: readOneOf(logLevels),
  },
} as const satisfies Readonly<Record<keyof Config, DefaultedSetting<unknown> | OptionalSetting<unknown>>>;

/** The settings cannot be used. The message has one line for each fault and contains no secret. */
export class ConfigError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

/** The environment that this program was started in; nothing else reads it. */
export function currentEnvironment(): Environment {
  return process.env;
}

/** Reads the settings; an empty value counts as unset. The result is frozen. Fails with `ConfigError`, naming every fault. */
export function readConfig(environment: Environment): Config {
  const faults = unknownNames(environment).map(describeUnknownName);
  const defaulted = <Value>(setting: DefaultedSetting<Value>): Value =>
    readSetting(environment, setting, faults) ?? setting.read(setting.default);
  const optional = <Value>(setting: OptionalSetting<Value>): Value | null =>
    readSetting(environment, setting, faults);
  const port = defaulted(settings.port);
  const host = defaulted(settings.host);
  const publicUrl = optional(settings.publicUrl) ?? localUrl(host, port);
  const config: Config = {
    port,
    host,
    database: defaulted(settings.database),
    postgresPrepare: defaulted(settings.postgresPrepare),
    publicUrl,
    organizationId: optional(settings.organizationId),
    secretKey: optional(settings.secretKey),
    rateLimit: defaulted(settings.rateLimit),
    captureRateLimit: defaulted(settings.captureRateLimit),
    authFailureLimit: defaulted(settings.authFailureLimit),
    putReplaceStatus: defaulted(settings.putReplaceStatus),
    jwtIssuer: optional(settings.jwtIssuer) ?? publicUrl,
    jwtAudience: defaulted(settings.jwtAudience),
    jwtIssuers: defaulted(settings.jwtIssuers),
    trustedProxies: optional(settings.trustedProxies) ?? [],
    webhookAllowedNetworks: optional(settings.webhookAllowedNetworks) ?? [],
    drainSeconds: defaulted(settings.drainSeconds),
    logLevel: defaulted(settings.logLevel),
  };
  if (config.jwtIssuers.some(({ issuer }) => issuer === config.jwtIssuer)) {
    faults.push(`${settings.jwtIssuers.name} must not name this service's own issuer.`);
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return freezeDeeply(config);
}

/** Null where the setting is unset or wrong; a fault is added to `faults`. */
function readSetting<Value>(
  environment: Environment,
  setting: Setting<Value>,
  faults: string[],
): Value | null {
  const text = environment[setting.name];
  if (isUnset(text)) return null;
  try {
    return setting.read(text);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const given = setting.confidential === true ? '' : `, not ${quoted(text)}`;
    const lines = error.invalidFields.map(
      ({ field, message }) => `${setting.name}${field} ${message}${given}.`,
    );
    faults.push(...lines);
    return null;
  }
}

function isUnset(text: string | undefined): text is undefined | '' {
  return text === undefined || text === '';
}

function unknownNames(environment: Environment): readonly string[] {
  const known = new Set(knownNames);
  return Object.keys(environment)
    .filter((name) => name.startsWith(prefix) && !known.has(name) && !isUnset(environment[name]))
    .filter((name) => !foreignName.test(name))
    .toSorted();
}

const prefix = 'LEADSOURCE_';
// Kubernetes injects the first two beside a service called leadsource; the others are for commands that call one.
const foreignName = /^LEADSOURCE_(?:SERVICE_|PORT|(?:URL|KEY)$)/;
const knownNames = Object.values(settings).map(({ name }): string => name);

function describeUnknownName(name: string): string {
  const nearest = nearestName(name, knownNames, prefix);
  const shown = /^\w{1,100}$/.test(name) ? name : quoted(name);
  return nearest === null ? `${shown} is no setting.` : `${shown} is no setting; is ${nearest} meant?`;
}

/** On one line, whatever it holds. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function freezeDeeply<Part>(part: Part): Part {
  if (typeof part === 'object' && part !== null) Object.values(part).forEach(freezeDeeply);
  return Object.freeze(part);
}
