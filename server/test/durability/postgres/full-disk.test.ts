import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countOf } from '../../support/counts.ts';
import { HttpClient } from '../../support/http-client.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { announceSeed, randomFrom } from '../../support/random.ts';
import {
  isWithoutSmallDisk,
  mountSmallDisk,
  type SmallDisk,
  whyNoSmallDisk,
} from '../../support/small-disk.ts';
import { readinessInTime } from '../readiness.ts';
import { makeServiceDatabase, makeTablespace, serviceRole } from './service-database.ts';
import { type FaultPlan, type FaultReport, writeUnderFaults } from './under-faults.ts';

const rounds = countOf(20);
const mostAttempts = 3;
const attemptMilliseconds = 60_000;
const longestResumptionMilliseconds = 5_000;
/** Nothing is gone on to from a file in which nothing was written. */
const nextLogFile = "SELECT pg_logical_emit_message(false, 'full', ''), pg_switch_wal()";
const words = isWithoutSmallDisk ? ` (left out: ${whyNoSmallDisk})` : '';
const lost = expect.stringMatching(/ was acknowledged and is lost$/);
const hastyEntry = fileURLToPath(new URL('./hasty-service.ts', import.meta.url));
const deafEntry = fileURLToPath(new URL('./deaf-service.ts', import.meta.url));

function expectKeptWord(report: FaultReport): void {
  expect(report.faults).toEqual([]);
  expect(report.refused).toBeGreaterThan(0);
  expect(Math.max(...report.resumptionMilliseconds)).toBeLessThan(longestResumptionMilliseconds);
  expect(report.exitCode).toBe(0);
}

describe.skipIf(isWithoutSmallDisk)(
  `where the disk of the tables is full${words}`,
  {
    timeout: rounds * 60_000,
  },
  () => {
    let disk: SmallDisk;
    let server: PostgresServer;
    let databaseUrl: string;
    beforeAll(async () => {
      disk = await mountSmallDisk(48);
      server = await startPostgres({ fsync: 'on' });
      databaseUrl = await makeServiceDatabase(server, serviceRole, await makeTablespace(server, disk));
    });
    afterAll(async () => {
      await server.stop();
      await disk[Symbol.asyncDispose]();
    });

    test('reads go on, and writes as soon as there is room', async () => {
      const report = await writeUnderFaults({
        databaseUrl,
        rounds,
        random: randomFrom(announceSeed('full disks')),
        fault: async ({ load, url }) => {
          await disk.fill();
          await load.everyoneRefused();
          using client = new HttpClient(url);
          const [customerId = ''] = load.ledger.customerIds;
          expect((await client.send('GET', `/customers/${customerId}/lead-source`)).status).toBe(200);
          expect((await client.send('GET', '/customers?limit=10')).status).toBe(200);
          expect(await readinessInTime(url)).toEqual({ status: 200, detail: undefined });
          await disk.clear();
        },
      });
      expectKeptWord(report);
    });

    test('a service is found out that acknowledges what there is no room for', async () => {
      const { faults } = await writeUnderFaults({
        databaseUrl,
        rounds: 1,
        random: randomFrom(1),
        entry: deafEntry,
        fault: async ({ load }) => {
          const failed = server.says(/No space left on device/);
          await disk.fill();
          await failed;
          await load.everyone();
          await disk.clear();
        },
      });
      expect(faults).toContainEqual(lost);
    });
  },
);

describe.skipIf(isWithoutSmallDisk)(
  `where the disk of the log is full, too${words}`,
  {
    timeout: rounds * 60_000,
  },
  () => {
    const panics: string[] = [];
    let disk: SmallDisk;
    let server: PostgresServer;
    let keeper: AsyncDisposable;
    let databaseUrl: string;
    beforeAll(async () => {
      disk = await mountSmallDisk(192);
      server = await startPostgres({ fsync: 'on', min_wal_size: '32MB' }, disk.directory);
      keeper = server.lookAfter();
      databaseUrl = await makeServiceDatabase(server);
    });
    afterAll(async () => {
      await keeper[Symbol.asyncDispose]();
      await server.stop();
      await disk[Symbol.asyncDispose]();
    });

    const panic: FaultPlan['fault'] = async ({ load }) => {
      let isOver = false;
      const failed = server.says(/PANIC: .*No space left on device/).then((line) => panics.push(line));
      // On a full disk a server that has just recovered takes no new connection, as a rule.
      await using operator = await server.connect();
      await disk.fill();
      const over = Promise.all([failed, load.everyoneRefused()]).then(() => {
        isOver = true;
      });
      let ask = (): Promise<unknown> => operator.client.query(nextLogFile);
      // A new file of the log is what there is no room for. A server that recovers before all clients have come fails again.
      while (!isOver) {
        await ask().catch(() => {
          ask = () => server.run(nextLogFile);
          // Who is not let in fails at once, and would leave no turn to hear what the server said.
          return nextTurn();
        });
      }
      await over;
      await disk.clear();
    };

    test('the server fails, and nothing is lost by it', async () => {
      const logRounds = Math.ceil(rounds / 4);
      const report = await writeUnderFaults({
        databaseUrl,
        rounds: logRounds,
        random: randomFrom(announceSeed('full logs')),
        fault: panic,
      });
      expectKeptWord(report);
      expect(panics).toHaveLength(logRounds);
    });

    test('a service is found out that acknowledges before it commits', {
      timeout: mostAttempts * attemptMilliseconds,
    }, async () => {
      // Where there is room for the rows, a write goes on until its commit, and that is what fails.
      await using room = await mountSmallDisk(48);
      const place = await makeTablespace(server, room);
      const roomyUrl = await makeServiceDatabase(server, 'roomy', place);
      const plan = { databaseUrl: roomyUrl, rounds: 1, entry: hastyEntry, fault: panic };
      const faults: string[] = [];
      // In some, no write is between its rows and its commit as the server fails.
      for (let attempt = 1; attempt <= mostAttempts; attempt++) {
        faults.push(...(await writeUnderFaults({ ...plan, random: randomFrom(attempt) })).faults);
        if (faults.some((each) => lost.asymmetricMatch(each))) break;
      }
      await server.run('DROP DATABASE roomy WITH (FORCE)');
      await server.run('DROP TABLESPACE small');
      expect(faults).toContainEqual(lost);
    });
  },
);
