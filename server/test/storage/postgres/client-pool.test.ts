import { setImmediate as immediate } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Attempts } from '../../../src/storage/postgres/attempts.ts';
import { ClientPool } from '../../../src/storage/postgres/client-pool.ts';
import { Connections } from '../../../src/storage/postgres/connections.ts';
import { Losses } from '../../../src/storage/postgres/losses.ts';
import { ofNoOrganization } from '../../../src/storage/postgres/wall.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';

const boundMilliseconds = 60_000;

describe('a pool whose server has one connection for it', () => {
  let database: FreshDatabase;
  let refusals: number;
  let refused: PromiseWithResolvers<void>;
  let rest: PromiseWithResolvers<void>;
  let pool: ClientPool;
  const allow = (connections: number) =>
    database.run(`ALTER ROLE ${new URL(database.url).username} CONNECTION LIMIT ${connections}`);
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    await allow(1);
    refusals = 0;
    refused = Promise.withResolvers();
    rest = Promise.withResolvers();
    const attempts = new Attempts(() => {
      refusals += 1;
      refused.resolve();
      return rest.promise;
    });
    const limits = { max: 2, connectionTimeoutMillis: boundMilliseconds };
    pool = new ClientPool({ connectionString: database.url, attempts, ...limits });
  });
  afterEach(async () => {
    vi.useRealTimers();
    await pool.close(() => true);
    await database.left();
  });

  test('gives it, as soon as it is free, to those who wait, in turn', async () => {
    const first = await pool.connect();
    const turns: number[] = [];
    const waiting = [0, 1, 2, 3].map(async (turn) => {
      const client = await pool.connect();
      turns.push(turn);
      expect(client).toBe(first);
      await immediate();
      client.release();
    });
    await refused.promise;
    expect(pool.use).toEqual({ total: 1, idle: 0, waiting: 4 });
    first.release();
    await Promise.all(waiting);
    expect(turns).toEqual([0, 1, 2, 3]);
    expect(pool.use).toEqual({ total: 1, idle: 1, waiting: 0 });
    // What is tried again waits until the server has had its rest.
    expect(refusals).toBe(1);
  });

  test('gives those who wait another as soon as the server has one more', async () => {
    const first = await pool.connect();
    const second = pool.connect();
    await refused.promise;
    await allow(2);
    rest.resolve();
    expect(await second).not.toBe(first);
    expect(pool.use).toEqual({ total: 2, idle: 0, waiting: 0 });
    for (const client of [first, await second]) client.release();
  });

  test('keeps nobody waiting where it has none', async () => {
    await allow(0);
    const all = await Promise.allSettled([pool.connect(), pool.connect(), pool.connect()]);
    const refusal = { status: 'rejected', reason: expect.objectContaining({ code: '53300' }) };
    expect(all).toEqual([refusal, refusal, refusal]);
    expect(refusals).toBe(2);
  });

  test('tells those who have waited for as long as they may why there is none', async () => {
    const first = await pool.connect();
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const late = expect(pool.connect()).rejects.toMatchObject({ code: '53300' });
    await refused.promise;
    await immediate();
    vi.advanceTimersByTime(boundMilliseconds);
    await late;
    first.release();
    expect(await pool.connect()).toBe(first);
    first.release();
  });
});

test('who waits in vain for a connection in use, since the server has no more, is no sign of a loss', async () => {
  const database = await freshDatabase();
  await database.run(`ALTER ROLE ${new URL(database.url).username} CONNECTION LIMIT 1`);
  const losses = new Losses();
  const limits = { maximum: 2, statementTimeoutMilliseconds: boundMilliseconds };
  const common = { url: database.url, prepares: true, isDistributed: false, losses };
  const connections = new Connections({
    ...common,
    ...limits,
    connectTimeoutMilliseconds: boundMilliseconds,
  });
  const nothing = async (): Promise<void> => undefined;
  await connections.transaction(ofNoOrganization, async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
    const waited = expect(connections.transaction(ofNoOrganization, nothing)).rejects.toMatchObject({
      code: '53300',
    });
    while (connections.use.waiting === 0) await immediate();
    vi.advanceTimersByTime(boundMilliseconds);
    await waited;
    vi.useRealTimers();
  });
  expect(losses.lastMilliseconds).toBe(Number.NEGATIVE_INFINITY);
  await connections.close();
  await database.drop();
});
