import { once } from 'node:events';
import { mkdtempDisposable } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { start } from '../src/start.ts';
import { openSqliteStore } from '../src/storage/sqlite/store.ts';
import { ChildService } from './support/child-service.ts';
import { type TestDatabase, testDatabase } from './support/service.ts';

describe('a start on a database that has an organization', () => {
  let database: TestDatabase;
  let saidAtFirst: readonly string[];
  beforeAll(async () => {
    database = await testDatabase();
    saidAtFirst = await logOf();
  });
  afterAll(() => database.drop());

  /** What a whole life of the service writes into its log. */
  async function logOf(settings: Readonly<Record<string, string>> = {}): Promise<string[]> {
    await using child = new ChildService({
      databasePath: database.path,
      settings: { DATABASE_URL: database.url, LEADSOURCE_LOG_LEVEL: 'info', ...settings },
    });
    await child.url();
    child.signal('SIGTERM');
    const { code, stdout } = await child.ended;
    expect(code).toBe(0);
    return stdout.split('\n').filter((line) => line.startsWith('{'));
  }

  test('says nothing of the settings that the first start had, which said nothing either', async () => {
    expect(saidAtFirst).toEqual([]);
    expect(await logOf()).toEqual([]);
  });

  test('warns in one line of settings that say something else', async () => {
    const later = 'sk_live_anotherKeyThatComesTooLate00000000000';
    const lines = await logOf({ LEADSOURCE_ORGANIZATION_ID: 'org_late', LEADSOURCE_SECRET_KEY: later });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('LEADSOURCE_ORGANIZATION_ID and LEADSOURCE_SECRET_KEY');
    expect(lines[0]).not.toContain(later);
  });
});

describe('a start that has bound its port and has no organization yet', () => {
  const onFatal = () => {};

  async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  /** The first answer of a service that is about to listen. */
  async function firstAnswer(url: string): Promise<Response> {
    for (;;) {
      const answer = await fetch(url).catch(() => null);
      if (answer !== null) return answer;
    }
  }

  test('is alive, not ready, and lets nobody else in', async () => {
    await using directory = await mkdtempDisposable(join(tmpdir(), 'leadsource-start-'));
    const path = join(directory.path, 'leadsource.db');
    await (await openSqliteStore({ path, role: 'command', onFatal }))[Symbol.asyncDispose]();
    using other = new DatabaseSync(path);
    other.exec('BEGIN IMMEDIATE');
    const port = await freePort();
    const settings = { PORT: String(port), DATABASE_URL: `sqlite:${path}`, LEADSOURCE_LOG_LEVEL: 'silent' };
    const starting = start({ config: readConfig(settings), onFatal });
    const url = `http://127.0.0.1:${port}`;
    expect((await firstAnswer(`${url}/health/live`)).status).toBe(200);
    for (const target of ['/health/ready', '/customers', '/openapi.json', '/nowhere']) {
      const answer = await fetch(url + target);
      expect([target, answer.status, answer.headers.get('retry-after')]).toEqual([target, 503, '5']);
    }
    other.exec('ROLLBACK');
    await using service = await starting;
    expect(service.initialized).not.toBeNull();
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });
});

test('a start whose port is taken makes no key, and lets go of the database', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'leadsource-start-'));
  const DATABASE_URL = `sqlite:${join(directory.path, 'leadsource.db')}`;
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const config = readConfig({ PORT: String(port), DATABASE_URL, LEADSOURCE_LOG_LEVEL: 'silent' });
  await expect(start({ config, onFatal: () => {} })).rejects.toThrow('EADDRINUSE');
  await new Promise((resolve) => taken.close(resolve));
  await using service = await start({ config, onFatal: () => {} });
  expect(service.initialized).not.toBeNull();
});

test('a service that nobody tells its public URL links to where it listens, also where the system chose the port', async () => {
  await using directory = await mkdtempDisposable(join(tmpdir(), 'leadsource-start-'));
  const DATABASE_URL = `sqlite:${join(directory.path, 'leadsource.db')}`;
  const config = readConfig({ PORT: '0', DATABASE_URL, LEADSOURCE_LOG_LEVEL: 'silent' });
  await using service = await start({ config, onFatal: () => {} });
  const headers = { 'REB-APIKEY': service.initialized?.secret ?? '', 'Content-Type': 'application/json' };
  const made = await fetch(`${service.url}/customers/x`, { method: 'PUT', headers, body: '{}' });
  expect(made.headers.get('location')).toBe(`${service.url}/customers/x`);
});
