import { describe, expect, test } from 'vitest';
import { countOf } from '../../support/counts.ts';
import { startCuttableProxy } from '../../support/cuttable-proxy.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { announceSeed, randomFrom } from '../../support/random.ts';
import { makeServiceDatabase } from './service-database.ts';
import { type FaultPlan, type FaultReport, readiness, writeUnderFaults } from './under-faults.ts';

const silences = countOf(20);
const longestResumptionMilliseconds = 5_000;
/** As the operator's page promises. */
const longestAnswerMilliseconds = 10_000;

function underSilence(databaseUrl: string, fault: FaultPlan['fault']): Promise<FaultReport> {
  const random = randomFrom(announceSeed('silences'));
  // Calls are counted in the database, too, unless nothing limits them.
  const settings = { LEADSOURCE_RATE_LIMIT: '10000000/600' };
  return writeUnderFaults({ databaseUrl, rounds: silences, random, settings, fault });
}

function expectKeptWord(report: FaultReport): void {
  expect(report.faults).toEqual([]);
  expect(report.longestAnswerMilliseconds).toBeLessThan(longestAnswerMilliseconds);
  expect(Math.max(...report.resumptionMilliseconds)).toBeLessThan(longestResumptionMilliseconds);
  expect(report.exitCode).toBe(0);
}

// Nearly all of their time is waiting, which they do together.
describe.concurrent('a service', { timeout: silences * 60_000 }, () => {
  test('whose server stands still says in time that it cannot answer, and goes on with the server', async () => {
    await using server = await startPostgres({ fsync: 'on' });
    const report = await underSilence(await makeServiceDatabase(server), async ({ load, url }) => {
      await server.hold();
      await load.everyoneRefused();
      expect(await readiness(url)).toBe(503);
      server.resume();
    });
    expectKeptWord(report);
  });

  test('whose connections lead nowhere says so in time, and goes on once there is a way', async () => {
    await using server = await startPostgres({ fsync: 'on' });
    await using proxy = await startCuttableProxy(await makeServiceDatabase(server));
    const report = await underSilence(proxy.url, async ({ load, url }) => {
      proxy.swallow();
      await load.everyoneRefused();
      expect(await readiness(url)).toBe(503);
      proxy.mend();
    });
    expectKeptWord(report);
  });

  test('whose connections have become mute unnoticed goes on by new ones', async () => {
    await using server = await startPostgres({ fsync: 'on' });
    await using proxy = await startCuttableProxy(await makeServiceDatabase(server));
    // Nobody comes in time to see it: what was under way fails later, and so does what trusts in the connections.
    const report = await underSilence(proxy.url, async () => {
      proxy.swallow();
      proxy.mend();
    });
    expectKeptWord(report);
  });
});
