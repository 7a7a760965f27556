import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { examinePostgres } from '../../../src/storage/postgres/examination.ts';
import { openDatabase } from '../../../src/storage/postgres/migrations.ts';
import { ChildService } from '../../support/child-service.ts';
import { countOf } from '../../support/counts.ts';
import { type CuttableProxy, startCuttableProxy } from '../../support/cuttable-proxy.ts';
import { HttpClient } from '../../support/http-client.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { announceSeed, randomFrom } from '../../support/random.ts';
import { makeServiceDatabase, serviceRole, serviceUrlOn } from './service-database.ts';
import { addAsynchronousStandby, addSynchronousStandby } from './standby.ts';
import { writeUnderFaults } from './under-faults.ts';

const promotions = countOf(20);
const longestResumptionMilliseconds = 5_000;

describe('a service whose server has a synchronous standby', { timeout: promotions * 60_000 }, () => {
  let primary: PostgresServer;
  /** Whose place a standby has taken. */
  let retired: PostgresServer[];
  let databaseUrl: string;
  let proxy: CuttableProxy;

  beforeEach(async () => {
    retired = [];
    primary = await startPostgres({ fsync: 'on', wal_keep_size: '256MB' });
    databaseUrl = await makeServiceDatabase(primary);
    proxy = await startCuttableProxy(databaseUrl);
  });
  afterEach(async () => {
    await proxy[Symbol.asyncDispose]();
    for (const server of [primary, ...retired]) await server.stop();
  });

  /** The standby takes the place of the server, which is lost for good. */
  async function replaceBy(standby: PostgresServer): Promise<void> {
    await standby.run('SELECT pg_promote()');
    proxy.leadTo(serviceUrlOn(standby));
    retired.push(primary);
    primary = standby;
  }

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
        await replaceBy(standby);
      },
    });
    expect(report.faults).toEqual([]);
    expect(report.refused).toBeGreaterThan(0);
    expect(Math.max(...report.resumptionMilliseconds)).toBeLessThan(longestResumptionMilliseconds);
    expect(report.exitCode).toBe(0);
  });

  test('is found out where no commit waits for the standby', async () => {
    const { faults } = await writeUnderFaults({
      databaseUrl: proxy.url,
      rounds: 1,
      random: randomFrom(1),
      fault: async ({ load }) => {
        const standby = await addAsynchronousStandby(primary, 'standby');
        await standby.hold();
        // Else the system keeps for it what it is sent.
        const sending = 'SELECT pg_terminate_backend(pid) FROM pg_stat_replication';
        while ((await primary.run(sending)).length > 0);
        await load.everyone();
        await primary.kill();
        await load.everyoneRefused();
        standby.resume();
        await replaceBy(standby);
      },
    });
    expect(faults).toContainEqual(expect.stringMatching(/ was acknowledged and is lost$/));
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

  test('does not start on the standby, as an examination says', async () => {
    await openDatabase(databaseUrl, 'server');
    await using standby = await addSynchronousStandby(primary, 'standby');
    const url = serviceUrlOn(standby);
    const sentence =
      'The database is on a standby, which only repeats what its primary writes: use the address of the primary.';
    for (const role of ['server', 'command'] as const) {
      await expect(openDatabase(url, role)).rejects.toThrow(sentence);
    }
    const findings = await examinePostgres(url, Date.now);
    expect(findings).toContainEqual({ subject: 'writing', verdict: 'wrong', sentence });
  });

  test('is not ready while commits are not kept', async () => {
    await using child = new ChildService({ databasePath: '', settings: { DATABASE_URL: databaseUrl } });
    using client = new HttpClient(await child.url());
    const ready = () => client.send('GET', '/health/ready');
    expect((await ready()).status).toBe(200);
    const set = async (value: string) => {
      await primary.run(`ALTER SYSTEM SET synchronous_commit = ${value}`);
      await primary.run('SELECT pg_reload_conf()');
    };
    await set('off');
    await expect
      .poll(async () => (await ready()).body)
      .toMatchObject({
        status: 503,
        detail: 'The storage may lose what it acknowledges.',
      });
    await set('on');
    await expect.poll(async () => (await ready()).status).toBe(200);
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
