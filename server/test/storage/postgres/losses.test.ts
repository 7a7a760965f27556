import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { Connections } from '../../../src/storage/postgres/connections.ts';
import { translateError } from '../../../src/storage/postgres/errors.ts';
import { Losses } from '../../../src/storage/postgres/losses.ts';
import type { Statement } from '../../../src/storage/postgres/statement.ts';
import { ofNoOrganization } from '../../../src/storage/postgres/wall.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
afterEach(() => void vi.useRealTimers());

/** A pool of connections whose statements may take as long as a test. */
function open(losses: Losses): Connections {
  const connections = new Connections({
    ...{ url: database.url, prepares: true, isDistributed: false, maximum: 2, losses },
    statementTimeoutMilliseconds: 120_000,
  });
  onTestFinished(() => connections.close());
  return connections;
}

function backendOf(connections: Connections): Promise<number> {
  const statement: Statement<{ readonly pid: number }> = {
    name: null,
    text: 'SELECT pg_backend_pid() AS pid',
    places: [],
  };
  return connections.transaction(ofNoOrganization, async (session) => {
    const [row] = await session.ask(statement, {});
    return row?.pid ?? 0;
  });
}

test('who waits on any pool waits no longer for a server that is silent on another', async () => {
  const losses = new Losses();
  const pools = [open(losses), open(losses)];
  vi.useFakeTimers({ toFake: ['performance'] });
  const begun = pools.map(() => Promise.withResolvers<void>());
  const waiting = pools.map((pool, place) =>
    pool
      .transaction(ofNoOrganization, (session) => {
        begun[place]?.resolve();
        return session.ask({ name: null, text: 'SELECT pg_sleep(60)', places: [] }, {});
      })
      .then(
        () => 'answered',
        (error: unknown) => String(translateError(error)),
      ),
  );
  await Promise.all(begun.map(({ promise }) => promise));
  vi.advanceTimersByTime(1_000);
  losses.noteSilence('silent');
  for (const outcome of await Promise.all(waiting)) expect(outcome).toContain('out of reach');
});

test('connections made before a silence are not used after it', async () => {
  const losses = new Losses();
  const pools = [open(losses), open(losses)];
  const before = await Promise.all(pools.map(backendOf));
  expect(await Promise.all(pools.map(backendOf))).toEqual(before);
  losses.noteSilence('silent');
  const after = await Promise.all(pools.map(backendOf));
  expect(after.filter((pid) => before.includes(pid))).toEqual([]);
});
