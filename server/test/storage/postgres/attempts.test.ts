import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { setImmediate as immediate } from 'node:timers/promises';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Attempts } from '../../../src/storage/postgres/attempts.ts';
import { Connections } from '../../../src/storage/postgres/connections.ts';
import { translateError } from '../../../src/storage/postgres/errors.ts';
import { Losses } from '../../../src/storage/postgres/losses.ts';
import { ofNoOrganization } from '../../../src/storage/postgres/wall.ts';
import { failureOf } from '../../support/failures.ts';

const starting = new Error('The server is starting.');
const full = new Error('The server has no place.');

describe('attempts to connect', () => {
  let attempts: Attempts;
  let rests: PromiseWithResolvers<void>[];
  let made: PromiseWithResolvers<string>[];
  beforeEach(() => {
    rests = [];
    made = [];
    attempts = new Attempts(() => {
      const rest = Promise.withResolvers<void>();
      rests.push(rest);
      return rest.promise;
    });
  });

  function connect(): Promise<string> {
    return attempts.make(() => {
      const attempt = Promise.withResolvers<string>();
      made.push(attempt);
      return attempt.promise;
    });
  }

  async function failOnce(): Promise<void> {
    const failed = connect();
    made[0]?.reject(starting);
    await expect(failed).rejects.toBe(starting);
    expect(rests).toHaveLength(1);
  }

  test('are made by all at once as long as the server takes connections', async () => {
    const all = [connect(), connect(), connect()];
    expect(made).toHaveLength(3);
    for (const [place, attempt] of made.entries()) attempt.resolve(`connection ${place}`);
    expect(await Promise.all(all)).toEqual(['connection 0', 'connection 1', 'connection 2']);
    expect(rests).toHaveLength(0);
  });

  test('rest after one that failed, then are made one at a time, and what comes of one goes for all', async () => {
    await failOnce();
    const all = Promise.allSettled([connect(), connect(), connect()]);
    await immediate();
    expect(made).toHaveLength(1);
    rests[0]?.resolve();
    await immediate();
    expect(made).toHaveLength(2);
    made[1]?.reject(full);
    expect(await all).toEqual(Array.from({ length: 3 }, () => ({ status: 'rejected', reason: full })));
    expect(rests).toHaveLength(2);
    const later = connect();
    await immediate();
    expect(made).toHaveLength(2);
    rests[1]?.resolve();
    await immediate();
    made[2]?.resolve('at last');
    expect(await later).toBe('at last');
  });

  test('are made by all again once one has succeeded', async () => {
    await failOnce();
    const all = Promise.all([connect(), connect(), connect()]);
    rests[0]?.resolve();
    await immediate();
    expect(made).toHaveLength(2);
    made[1]?.resolve('first');
    await immediate();
    expect(made).toHaveLength(4);
    const more = connect();
    expect(made).toHaveLength(5);
    for (const attempt of made) attempt.resolve('later');
    expect(await all).toEqual(['first', 'later', 'later']);
    expect(await more).toBe('later');
    expect(rests).toHaveLength(1);
  });
});

const restMilliseconds = 100;

test('a server that refuses connections is tried by all pools together, and seldom', async () => {
  let tries = 0;
  const server = createServer((socket) => {
    tries++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const common = { url: `postgres://nobody@127.0.0.1:${port}/none`, prepares: true, isDistributed: false };
  const limits = { maximum: 10, statementTimeoutMilliseconds: 1000, losses: new Losses() };
  const pools = [new Connections({ ...common, ...limits }), new Connections({ ...common, ...limits })];
  const statement = { name: null, text: 'SELECT 1', places: [] };
  const ask = (pool: Connections) =>
    failureOf(
      pool.read(ofNoOrganization, statement, {}).catch((error: unknown) => {
        throw translateError(error);
      }),
    );
  const begun = performance.now();
  const calls = 400;
  const askAll = () =>
    Promise.all(pools.flatMap((pool) => Array.from({ length: calls / 2 }, () => ask(pool))));
  // Nobody knows at first that it refuses: each pool tries to make as many connections as it may have.
  expect(new Set(await askAll())).toEqual(new Set(['unavailable']));
  const first = pools.length * limits.maximum;
  expect(tries).toBe(first);
  expect(new Set(await askAll())).toEqual(new Set(['unavailable']));
  expect(tries).toBeLessThanOrEqual(first + (performance.now() - begun) / restMilliseconds);
  for (const pool of pools) {
    expect(pool.use).toMatchObject({ waiting: 0, busy: 0, idle: 0 });
    await pool.close();
  }
});
