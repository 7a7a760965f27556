import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { startFleet } from '../support/fleet.ts';
import { startTestServiceOn, type TestService } from '../support/service.ts';
import { Spell } from '../support/spell.ts';
import { databaseDirectory } from '../support/sqlite-files.ts';

/** The bound on an answer, which is tested elsewhere to the millisecond, and what the work beside may add. */
const promptMilliseconds = 2000 + 3000;

async function statusOf(service: TestService, path: string): Promise<number> {
  return (await service.call('GET', path, { key: null })).status;
}

/** Whether it is ready, which it says in time whatever the database does; and alive it is in any case. */
async function isReady(service: TestService): Promise<boolean> {
  using answer = new Spell(process.pid);
  const status = await statusOf(service, '/health/ready');
  expect(answer.milliseconds).toBeLessThan(promptMilliseconds);
  expect([200, 503]).toContain(status);
  expect(await statusOf(service, '/health/live')).toBe(200);
  return status === 200;
}

async function until(wanted: boolean, service: TestService): Promise<void> {
  while ((await isReady(service)) !== wanted);
}

/** One that is ready. */
async function readyFleet() {
  const fleet = await startFleet(1, {}, Date.now);
  expect(await isReady(fleet.service(0))).toBe(true);
  return fleet;
}

// Nearly all of their time is waiting, which they do together.
describe.concurrent('a service on PostgreSQL is ready', () => {
  test('while the database is within reach', async () => {
    await using fleet = await readyFleet();
    fleet.proxy.cut();
    await until(false, fleet.service(0));
    fleet.proxy.mend();
    await until(true, fleet.service(0));
  });

  test('while the database answers', async () => {
    await using fleet = await readyFleet();
    fleet.proxy.swallow();
    await until(false, fleet.service(0));
    fleet.proxy.mend();
    await until(true, fleet.service(0));
  });

  test('while the database takes writes', async () => {
    await using fleet = await readyFleet();
    await fleet.database.alter('SET default_transaction_read_only = on');
    // Only new ones find the database as it has become.
    fleet.proxy.cut();
    fleet.proxy.mend();
    await until(false, fleet.service(0));
    await fleet.database.alter('RESET ALL');
    await until(true, fleet.service(0));
  });
});

describe.concurrent('a service on a file is ready', () => {
  test('while it can write, which another program may prevent', async () => {
    await using files = await databaseDirectory();
    await using service = await startTestServiceOn({ url: `sqlite:${files.path}`, path: files.path });
    expect(await isReady(service)).toBe(true);
    using other = new DatabaseSync(files.path);
    other.exec('BEGIN IMMEDIATE');
    await until(false, service);
    other.exec('ROLLBACK');
    await until(true, service);
  });
});
