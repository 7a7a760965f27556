import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countOf } from '../../support/counts.ts';
import { HttpClient } from '../../support/http-client.ts';
import { unprivileged } from '../../support/postgres-programs.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { announceSeed, randomFrom } from '../../support/random.ts';
import { mountSmallDisk, whyNoSmallDisk } from '../../support/small-disk.ts';
import { makeServiceDatabase } from './service-database.ts';
import { type FaultReport, writeUnderFaults } from './under-faults.ts';

const rounds = countOf(20);
const longestResumptionMilliseconds = 5_000;
/** Where a machine must be able to do everything, a skipped test is a failed one. */
const isSkipped = whyNoSmallDisk !== null && process.env['CI'] === undefined;
const words = isSkipped ? ` (skipped: ${whyNoSmallDisk})` : '';

function expectKeptWord(report: FaultReport): void {
  expect(report.faults).toEqual([]);
  expect(report.refused).toBeGreaterThan(0);
  expect(Math.max(...report.resumptionMilliseconds)).toBeLessThan(longestResumptionMilliseconds);
  expect(report.exitCode).toBe(0);
}

test.skipIf(isSkipped)(
  `where the disk of the tables is full, reads go on, and writes as soon as there is room${words}`,
  {
    timeout: rounds * 60_000,
  },
  async () => {
    await using disk = await mountSmallDisk(48);
    await using server = await startPostgres({ fsync: 'on' });
    const location = join(disk.directory, 'tables');
    await mkdir(location, 0o700);
    const { uid, gid } = unprivileged;
    if (uid !== undefined && gid !== undefined) await chown(location, uid, gid);
    await server.run(`CREATE TABLESPACE small LOCATION '${location}'`);
    const databaseUrl = await makeServiceDatabase(server, 'leadsource', 'TABLESPACE small');
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

test.skipIf(isSkipped)(
  `where the disk of the log is full, too, the server fails, and nothing is lost by it${words}`,
  {
    timeout: rounds * 60_000,
  },
  async () => {
    await using disk = await mountSmallDisk(192);
    await using server = await startPostgres({ fsync: 'on', min_wal_size: '32MB' }, disk.directory);
    const databaseUrl = await makeServiceDatabase(server);
    const report = await writeUnderFaults({
      databaseUrl,
      rounds: Math.ceil(rounds / 4),
      random: randomFrom(announceSeed('full logs')),
      fault: async ({ load }) => {
        await disk.fill();
        const refused = load.everyoneRefused().then(() => true);
        // A new file of the log is what there is no room for.
        const next = () =>
          server.run('SELECT pg_switch_wal()').then(
            () => false,
            () => false,
          );
        while (!(await Promise.race([refused, next()])));
        await disk.clear();
        // Who looks after the server starts it again where it has given up.
        if (!server.isRunning) await server.start();
      },
    });
    expectKeptWord(report);
    expect(server.said).toContainEqual(expect.stringMatching(/PANIC: .*No space left on device/));
  },
);
