import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countOf } from '../../support/counts.ts';
import { startCuttableProxy } from '../../support/cuttable-proxy.ts';
import { HttpClient } from '../../support/http-client.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { announceSeed, randomFrom } from '../../support/random.ts';
import { endConnectionsBy, makeServiceDatabase, serviceRole, serviceUrlOn } from './service-database.ts';
import { addSynchronousStandby } from './standby.ts';
import type { SteadyLoad } from './steady-load.ts';
import { type FaultReport, readiness, writeUnderFaults } from './under-faults.ts';

const rounds = countOf(20);
const longestResumptionMilliseconds = 5_000;
/** As the operator's page promises. */
const longestAnswerMilliseconds = 10_000;
const readsAtOnce = 60;
const plainConnections = 37;
const reservedConnections = 3;

let server: PostgresServer;
let databaseUrl: string;
beforeAll(async () => {
  server = await startPostgres({
    fsync: 'on',
    max_connections: plainConnections + reservedConnections,
    superuser_reserved_connections: reservedConnections,
    wal_keep_size: '256MB',
  });
  databaseUrl = await makeServiceDatabase(server);
  await server.run('CREATE ROLE others LOGIN');
});
afterAll(() => server.stop());

function expectKeptWord(report: FaultReport): void {
  expect(report.faults).toEqual([]);
  expect(report.refused).toBeGreaterThan(0);
  expect(Math.max(...report.resumptionMilliseconds)).toBeLessThan(longestResumptionMilliseconds);
  expect(report.exitCode).toBe(0);
}

/**
 * Takes every connection but those the server reserves. One that is just being made counts as well, shows nowhere yet and may have
 * a reserved place: so the operator's, which counts too, is made before.
 */
async function takeAllConnections(): Promise<AsyncDisposable> {
  await using all = new AsyncDisposableStack();
  const operator = all.use(await server.connect());
  let taken = 1;
  do {
    await endConnectionsBy(operator.client);
    for (;;) {
      const one = await server.connect('others').catch(() => null);
      if (one === null) break;
      all.use(one);
      taken++;
    }
  } while (taken < plainConnections);
  return all.move();
}

/** Keeps everybody else from what is known of customers. */
async function lockCustomers(): Promise<AsyncDisposable> {
  const other = await server.connect(serviceRole, serviceRole);
  await other.client.query('BEGIN');
  await other.client.query('LOCK TABLE customers IN ACCESS EXCLUSIVE MODE');
  return other;
}

async function expectReadsOnly(url: string, load: SteadyLoad): Promise<void> {
  await load.everyoneRefused();
  using client = new HttpClient(url);
  const [customerId = ''] = load.ledger.customerIds;
  expect((await client.send('GET', `/customers/${customerId}/lead-source`)).status).toBe(200);
  const refused = await client.send('PUT', '/customers/refused/lead-source', {});
  expect(refused.body).toMatchObject({ status: 503, detail: 'The storage is read-only.' });
  expect(await readiness(url)).toBe(503);
}

describe('a service', { timeout: rounds * 60_000 }, () => {
  test('whose server has no connection left says so, and goes on when there are some', async () => {
    const report = await writeUnderFaults({
      databaseUrl,
      rounds,
      random: randomFrom(announceSeed('connections')),
      fault: async ({ load, url }) => {
        await using _taken = await takeAllConnections();
        await load.everyoneRefused();
        using client = new HttpClient(url);
        const { body } = await client.send('PUT', '/customers/refused/lead-source', {});
        expect(body).toMatchObject({ status: 503, detail: 'The storage is short of connections.' });
        expect(await readiness(url)).toBe(503);
      },
    });
    expectKeptWord(report);
  });

  test('whose own connections are all held up says so in time, and goes on when they are free', async () => {
    const statusOfRead = async (url: string): Promise<number> => {
      using client = new HttpClient(url);
      return (await client.send('GET', '/customers/held-up')).status;
    };
    const report = await writeUnderFaults({
      databaseUrl,
      rounds,
      random: randomFrom(announceSeed('locks')),
      fault: async ({ load, url }) => {
        await using _lock = await lockCustomers();
        const reads = Array.from({ length: readsAtOnce }, () => statusOfRead(url));
        expect(new Set(await Promise.all(reads))).toEqual(new Set([503]));
        await load.everyoneRefused();
      },
    });
    expectKeptWord(report);
    expect(report.longestAnswerMilliseconds).toBeLessThan(longestAnswerMilliseconds);
  });

  test('whose server has become read-only goes on reading, and writes as soon as it may', async () => {
    const turn = async (isReadOnly: 'on' | 'off'): Promise<void> => {
      await server.run(`ALTER SYSTEM SET default_transaction_read_only = ${isReadOnly}`);
      await server.run('SELECT pg_reload_conf()');
    };
    const report = await writeUnderFaults({
      databaseUrl,
      rounds,
      random: randomFrom(announceSeed('read-only')),
      fault: async ({ load, url }) => {
        await turn('on');
        await expectReadsOnly(url, load);
        await turn('off');
      },
    });
    expectKeptWord(report);
  });

  test('that is led to a standby goes on reading, and writes once it is led to the server again', async () => {
    await using standby = await addSynchronousStandby(server, 'standby');
    await using proxy = await startCuttableProxy(databaseUrl);
    const report = await writeUnderFaults({
      databaseUrl: proxy.url,
      rounds,
      random: randomFrom(announceSeed('standbys')),
      fault: async ({ load, url }) => {
        proxy.leadTo(serviceUrlOn(standby));
        await expectReadsOnly(url, load);
        proxy.leadTo(databaseUrl);
      },
    });
    expectKeptWord(report);
    await server.run("ALTER SYSTEM SET synchronous_standby_names = ''");
    await server.run('SELECT pg_reload_conf()');
  });
});
