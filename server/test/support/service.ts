import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../src/config.ts';
import type { TransportLimits } from '../../src/http/transport.ts';
import type { Service } from '../../src/service.ts';
import { start } from '../../src/start.ts';
import { ApiContract } from './api-contract.ts';
import { freshDatabase, migratedDatabase } from './postgres.ts';

/** A service of its own for a test, on a fresh database and a port of the system's choice. */
export interface TestService extends AsyncDisposable {
  readonly url: string;
  readonly organizationId: string;
  readonly secretKey: string;
  /** Its `DATABASE_URL`. */
  readonly databaseUrl: string;
  /** Of the database file, where the engine keeps one. */
  readonly databasePath: string;
  readonly contract: ApiContract;
  /** Sends a request and holds the answer against the OpenAPI document. Uses the secret key unless told otherwise. */
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
}

export interface CallOptions {
  /** Sent as JSON; text and bytes are sent as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The REB-APIKEY header; null for none. */
  readonly key?: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where it is JSON, else the text; null where there is none. */
  readonly body: unknown;
}

export const testOrganizationId = 'org_test';
/** Visibly not a key of anybody's. */
export const testSecretKey = 'sk_live_notARealKeyButLongEnoughForTheTests0000';

export interface TestDatabase {
  readonly url: string;
  /** Of its file, where the engine keeps one. */
  readonly path: string;
  drop(): Promise<void>;
}

const isOnPostgres = process.env['LEADSOURCE_TEST_ENGINE'] === 'postgres';

/** An empty database, on the engine of this run of tests. */
export async function testDatabase(): Promise<TestDatabase> {
  return isOnPostgres ? { ...(await freshDatabase()), path: '' } : databaseFile();
}

async function databaseFile(): Promise<TestDatabase> {
  const directory = await mkdtemp(join(tmpdir(), 'leadsource-test-'));
  const path = join(directory, 'leadsource.db');
  return { url: `sqlite:${path}`, path, drop: () => rm(directory, { recursive: true }) };
}

/** Starts a service with these settings over the defaults of tests: no limits, no log. */
export async function startTestService(
  settings: Readonly<Record<string, string>> = {},
  now: () => number = Date.now,
  transportLimits: Partial<TransportLimits> = {},
): Promise<TestService> {
  const database = isOnPostgres ? { ...(await migratedDatabase()), path: '' } : await databaseFile();
  const service = await startTestServiceOn(database, settings, now, transportLimits);
  return {
    ...service,
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      await database.drop();
    },
  };
}

/** The same on a database that others may use too, and that stays. */
export async function startTestServiceOn(
  database: Pick<TestDatabase, 'url' | 'path'>,
  settings: Readonly<Record<string, string>> = {},
  now: () => number = Date.now,
  transportLimits: Partial<TransportLimits> = {},
): Promise<TestService> {
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: database.url,
    LEADSOURCE_PUBLIC_URL: 'http://leadsource.test',
    LEADSOURCE_ORGANIZATION_ID: testOrganizationId,
    LEADSOURCE_SECRET_KEY: testSecretKey,
    LEADSOURCE_RATE_LIMIT: 'off',
    LEADSOURCE_AUTH_FAILURE_LIMIT: 'off',
    LEADSOURCE_LOG_LEVEL: 'silent',
    ...settings,
  });
  const service = await start({
    config,
    now,
    transportLimits,
    onFatal: (reason) => {
      throw new Error(reason);
    },
  });
  return serviceOf(service, database, await contractOf(service, settings));
}

/** What services of these settings promise, and what is promised in these words. */
const contracts = { bySettings: new Map<string, ApiContract>(), byText: new Map<string, ApiContract>() };

/** A service's settings decide what its document says. It is asked for, and compiled, once for all that have the same. */
async function contractOf(
  service: Service,
  settings: Readonly<Record<string, string>>,
): Promise<ApiContract> {
  const key = JSON.stringify(settings);
  const known = contracts.bySettings.get(key);
  if (known !== undefined) return known;
  const text = await (await fetch(`${service.url}/openapi.json`)).text();
  const contract = contracts.byText.get(text) ?? new ApiContract(JSON.parse(text));
  contracts.bySettings.set(key, contract);
  contracts.byText.set(text, contract);
  return contract;
}

function serviceOf(
  service: Service,
  database: Pick<TestDatabase, 'url' | 'path'>,
  contract: ApiContract,
): TestService {
  return {
    url: service.url,
    organizationId: testOrganizationId,
    secretKey: testSecretKey,
    databaseUrl: database.url,
    databasePath: database.path,
    contract,
    async call(method, path, options = {}) {
      const answer = await send(service.url + path, method, options);
      contract.check(method, path, answer);
      return answer;
    },
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

async function send(url: string, method: string, options: CallOptions): Promise<Answer> {
  const { body, key = testSecretKey, headers = {} } = options;
  const isRaw = typeof body === 'string' || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: {
      ...(key !== null && { 'REB-APIKEY': key }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && {
      body: isRaw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  if (response.headers.get('content-type') === 'application/x-ndjson') {
    const lines = text.split('\n').filter((line) => line !== '');
    const { status, headers: answered } = response;
    return { status, headers: answered, body: lines.map((line) => JSON.parse(line)) };
  }
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? null : isJson ? JSON.parse(text) : text,
  };
}
