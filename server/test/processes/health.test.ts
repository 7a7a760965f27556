import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../support/fleet.ts';
import { startTestServiceOn, type TestService } from '../support/service.ts';
import { type DatabaseDirectory, databaseDirectory } from '../support/sqlite-files.ts';

/** The bound on an answer, which is tested elsewhere to the millisecond, and what a busy machine may add. */
const promptMilliseconds = 2000 + 3000;

async function statusOf(service: TestService, path: string): Promise<number> {
  return (await service.call('GET', path, { key: null })).status;
}

/** Whether it is ready, which it says in time whatever the database does; and alive it is in any case. */
async function isReady(service: TestService): Promise<boolean> {
  const start = performance.now();
  const status = await statusOf(service, '/health/ready');
  expect(performance.now() - start).toBeLessThan(promptMilliseconds);
  expect([200, 503]).toContain(status);
  expect(await statusOf(service, '/health/live')).toBe(200);
  return status === 200;
}

async function until(wanted: boolean, service: TestService): Promise<void> {
  while ((await isReady(service)) !== wanted);
}

describe('a service on PostgreSQL is ready', () => {
  let fleet: Fleet;
  let service: TestService;
  beforeEach(async () => {
    fleet = await startFleet(1, {}, Date.now);
    service = fleet.service(0);
    expect(await isReady(service)).toBe(true);
  });
  afterEach(() => fleet[Symbol.asyncDispose]());

  test('while the database is within reach', async () => {
    fleet.proxy.cut();
    await until(false, service);
    fleet.proxy.mend();
    await until(true, service);
  });

  test('while the database answers', async () => {
    fleet.proxy.swallow();
    await until(false, service);
    fleet.proxy.mend();
    await until(true, service);
  }, 60_000);

  test('while the database takes writes', async () => {
    await fleet.database.alter('SET default_transaction_read_only = on');
    // Only new ones find the database as it has become.
    fleet.proxy.cut();
    fleet.proxy.mend();
    await until(false, service);
    await fleet.database.alter('RESET ALL');
    await until(true, service);
  });
});

describe('a service on a file is ready', () => {
  let files: DatabaseDirectory;
  let service: TestService;
  beforeEach(async () => {
    files = await databaseDirectory();
    service = await startTestServiceOn({ url: `sqlite:${files.path}`, path: files.path });
    expect(await isReady(service)).toBe(true);
  });
  afterEach(async () => {
    await service[Symbol.asyncDispose]();
    await files[Symbol.asyncDispose]();
  });

  test('while it can write, which another program may prevent', async () => {
    using other = new DatabaseSync(files.path);
    other.exec('BEGIN IMMEDIATE');
    await until(false, service);
    other.exec('ROLLBACK');
    await until(true, service);
  });
});
