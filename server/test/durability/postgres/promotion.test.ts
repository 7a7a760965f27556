import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../src/storage/postgres/migrations.ts';
import { ChildService } from '../../support/child-service.ts';
import { countOf } from '../../support/counts.ts';
import { type CuttableProxy, startCuttableProxy } from '../../support/cuttable-proxy.ts';
import { HttpClient } from '../../support/http-client.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { announceSeed, randomFrom } from '../../support/random.ts';
import { makeServiceDatabase, serviceRole, serviceUrlOn } from './service-database.ts';
import { addSynchronousStandby } from './standby.ts';
import { writeUnderFaults } from './under-faults.ts';

const promotions = countOf(20);
const longestResumptionMilliseconds = 5_000;

describe('a service whose server has a synchronous standby', { timeout: promotions * 60_000 }, () => {
  let primary: PostgresServer;
  let databaseUrl: string;
  let proxy: CuttableProxy;

  beforeEach(async () => {
    primary = await startPostgres({ fsync: 'on', wal_keep_size: '256MB' });
    databaseUrl = await makeServiceDatabase(primary);
    proxy = await startCuttableProxy(databaseUrl);
  });
  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
    await primary.stop();
  });

  test('has all that it acknowledged when the server is lost and the standby takes its place', async () => {
    const report = await writeUnderFaults({
      databaseUrl: proxy.url,
      rounds: promotions,
      random: randomFrom(announceSeed('promotions')),
      fault: async ({ load }) => {
        const standby = await addSynchronousStandby(primary, 'standby');
        await load.everyone();
        await primary.kill();
        await load.everyoneRefused();
        await standby.run('SELECT pg_promote()');
        proxy.leadTo(serviceUrlOn(standby));
        await primary.stop();
        primary = standby;
      },
    });
    expect(report.faults).toEqual([]);
    expect(report.refused).toBeGreaterThan(0);
    expect(Math.max(...report.resumptionMilliseconds)).toBeLessThan(longestResumptionMilliseconds);
    expect(report.exitCode).toBe(0);
  });

  /** The server then says yes to a commit that only it has. */
  async function endTheWaitForTheStandby(): Promise<void> {
    const waiting = "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";
    while ((await primary.run(waiting)).length === 0);
  }

  test('acknowledges nothing that only the server has, and goes on with the standby', async () => {
    await using child = new ChildService({ databasePath: '', settings: { DATABASE_URL: databaseUrl } });
    using client = new HttpClient(await child.url());
    await using standby = await addSynchronousStandby(primary, 'standby');
    const put = (source: string) => client.send('PUT', '/customers/c/lead-source', { source });
    expect((await put('both')).status).toBe(201);
    await standby.hold();
    const [refused] = await Promise.all([put('one'), endTheWaitForTheStandby()]);
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
    // It is there, on one of two disks: to come again with it must not be taken for a change that was kept.
    expect((await put('one')).status).toBe(503);
    standby.resume();
    expect((await put('one')).status).toBe(201);
    const { headers } = await client.send('GET', '/customers/c/lead-sources');
    expect(headers['pagination-total']).toBe('2');
  });

  test('does not start where commits do not wait for it', async () => {
    await primary.run(`ALTER DATABASE ${serviceRole} SET synchronous_commit = local`);
    await expect(openDatabase(databaseUrl, 'server')).resolves.toMatchObject({ warnings: [] });
    await primary.run("ALTER SYSTEM SET synchronous_standby_names = 'standby'");
    await primary.run('SELECT pg_reload_conf()');
    await expect(openDatabase(databaseUrl, 'server')).rejects.toThrow(
      'The database has synchronous_commit = local beside synchronous standbys: acknowledged writes could be lost.',
    );
  });
});
