import { expect, test } from 'vitest';
import { countOf } from '../../support/counts.ts';
import { HttpClient } from '../../support/http-client.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { announceSeed, randomFrom } from '../../support/random.ts';
import { isWithoutSmallDisk, mountSmallDisk, whyNoSmallDisk } from '../../support/small-disk.ts';
import { makeServiceDatabase, makeTablespace, serviceRole } from './service-database.ts';
import { type FaultReport, writeUnderFaults } from './under-faults.ts';

const rounds = countOf(20);
const longestResumptionMilliseconds = 5_000;
/** Nothing is gone on to from a file in which nothing was written. */
const nextLogFile = "SELECT pg_logical_emit_message(false, 'full', ''), pg_switch_wal()";
const words = isWithoutSmallDisk ? ` (left out: ${whyNoSmallDisk})` : '';

function expectKeptWord(report: FaultReport): void {
  expect(report.faults).toEqual([]);
  expect(report.refused).toBeGreaterThan(0);
  expect(Math.max(...report.resumptionMilliseconds)).toBeLessThan(longestResumptionMilliseconds);
  expect(report.exitCode).toBe(0);
}

test.skipIf(isWithoutSmallDisk)(
  `where the disk of the tables is full, reads go on, and writes as soon as there is room${words}`,
  {
    timeout: rounds * 60_000,
  },
  async () => {
    await using disk = await mountSmallDisk(48);
    await using server = await startPostgres({ fsync: 'on' });
    const databaseUrl = await makeServiceDatabase(server, serviceRole, await makeTablespace(server, disk));
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
        expect((await client.send('GET', '/health/ready')).status).toBe(200);
        await disk.clear();
      },
    });
    expectKeptWord(report);
  },
);

test.skipIf(isWithoutSmallDisk)(
  `where the disk of the log is full, too, the server fails, and nothing is lost by it${words}`,
  {
    timeout: rounds * 60_000,
  },
  async () => {
    await using disk = await mountSmallDisk(192);
    await using server = await startPostgres({ fsync: 'on', min_wal_size: '32MB' }, disk.directory);
    await using _keeper = server.lookAfter();
    const databaseUrl = await makeServiceDatabase(server);
    const panics: string[] = [];
    const logRounds = Math.ceil(rounds / 4);
    const report = await writeUnderFaults({
      databaseUrl,
      rounds: logRounds,
      random: randomFrom(announceSeed('full logs')),
      fault: async ({ load }) => {
        let hasFailed = false;
        const failed = server.says(/PANIC: .*No space left on device/).then((line) => {
          hasFailed = true;
          panics.push(line);
        });
        await disk.fill();
        const refused = load.everyoneRefused();
        // A new file of the log is what there is no room for.
        while (!hasFailed) await server.run(nextLogFile).catch(() => undefined);
        await Promise.all([failed, refused]);
        await disk.clear();
      },
    });
    expectKeptWord(report);
    expect(panics).toHaveLength(logRounds);
  },
);
