import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countOf } from '../../support/counts.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { announceSeed, randomFrom } from '../../support/random.ts';
import { endConnections, makeServiceDatabase, serviceRole } from './service-database.ts';
import { type FaultPlan, type FaultReport, writeUnderFaults } from './under-faults.ts';

const restarts = countOf(100);
const terminations = countOf(500);
const endedAtOnce = 2;
const longestResumptionMilliseconds = 5_000;
const hastyEntry = fileURLToPath(new URL('./hasty-service.ts', import.meta.url));

let server: PostgresServer;
let databaseUrl: string;

beforeAll(async () => {
  server = await startPostgres({ fsync: 'on', wal_writer_delay: '10s' });
  databaseUrl = await makeServiceDatabase(server);
});
afterAll(() => server.stop());

function underFaults(plan: Pick<FaultPlan, 'rounds' | 'fault'> & Partial<FaultPlan>): Promise<FaultReport> {
  return writeUnderFaults({ databaseUrl, random: randomFrom(1), ...plan });
}

async function restart(): Promise<void> {
  await server.crash();
  await server.start();
}

/** Ends up to so many connections of the service, those at work first; answers how many it were. */
async function endSome(most: number): Promise<number> {
  const rows = await server.run(
    `SELECT pg_terminate_backend(pid) AS ended FROM (
       SELECT pid FROM pg_stat_activity WHERE usename = $1 ORDER BY state = 'idle', random() LIMIT $2) AS victim`,
    [serviceRole, most],
  );
  return rows.filter((row) => row['ended'] === true).length;
}

function expectKeptWord(report: FaultReport): void {
  expect(report.faults).toEqual([]);
  expect(report.refused).toBeGreaterThan(0);
  expect(Math.max(...report.resumptionMilliseconds)).toBeLessThan(longestResumptionMilliseconds);
  expect(report.exitCode).toBe(0);
}

describe('a service whose PostgreSQL server', () => {
  test('restarts at once, again and again, loses nothing and goes on by itself', {
    timeout: restarts * 60_000,
  }, async () => {
    const random = randomFrom(announceSeed('restarts'));
    const report = await underFaults({ rounds: restarts, random, fault: restart });
    expectKeptWord(report);
    expect(report.acknowledged).toBeGreaterThan(restarts * 50);
  });

  test('ends its connections one by one loses nothing and goes on by itself', {
    timeout: terminations * 10_000,
  }, async () => {
    const random = randomFrom(announceSeed('terminations'));
    const rounds = Math.ceil(terminations / endedAtOnce);
    let ended = 0;
    const fault = async (): Promise<void> => {
      const wanted = ended + endedAtOnce;
      while (ended < wanted) ended += await endSome(wanted - ended);
    };
    const report = await underFaults({ rounds, random, fault });
    expectKeptWord(report);
    expect(ended).toBeGreaterThanOrEqual(terminations);
  });
});

describe('the check of what is there after a restart', () => {
  const lost = expect.stringMatching(/ was acknowledged and is lost$/);

  test('finds out a service that acknowledges before it commits', async () => {
    const { faults } = await underFaults({ rounds: 2, entry: hastyEntry, fault: restart });
    expect(faults).toContainEqual(lost);
  });

  test('finds out a server that commits before it is durable', async () => {
    // The start refuses such a server: it turns so behind the back of the service.
    const turn = async (): Promise<void> => {
      await server.run(`ALTER DATABASE ${serviceRole} SET synchronous_commit = off`);
      await endConnections(server);
    };
    let isTurned = false;
    const fault = async (): Promise<void> => {
      await (isTurned ? restart() : turn());
      isTurned = true;
    };
    const { faults } = await underFaults({ rounds: 2, fault });
    await server.run(`ALTER DATABASE ${serviceRole} RESET synchronous_commit`);
    expect(faults).toContainEqual(lost);
  });
});
