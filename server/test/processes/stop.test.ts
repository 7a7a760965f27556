import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openPostgresStore } from '../../src/storage/postgres/store.ts';
import { OutboxClaims } from '../../src/webhooks/outbox-claims.ts';
import { beginPut } from '../support/begun-put.ts';
import { ChildService } from '../support/child-service.ts';
import { type CuttableProxy, startCuttableProxy } from '../support/cuttable-proxy.ts';
import { keepOutboxEmpty } from '../support/empty-outbox.ts';
import { HttpClient } from '../support/http-client.ts';
import { operatorOf } from '../support/operator.ts';
import { type FreshDatabase, migratedDatabase } from '../support/postgres.ts';
import { testOrganizationId } from '../support/service.ts';
import { Spell } from '../support/spell.ts';

const stopDeadlineMilliseconds = 10_000;

let database: FreshDatabase;
let proxy: CuttableProxy;
beforeEach(async () => {
  database = await migratedDatabase();
  proxy = await startCuttableProxy(database.url);
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await database.drop();
});

describe('a process that is told to stop', () => {
  test.each([
    ['stands still', () => proxy.swallow()],
    ['is out of reach', () => proxy.cut()],
  ])('ends in time though its database %s, with calls under way', async (_words, fail) => {
    const settings = { DATABASE_URL: proxy.url };
    await using child = new ChildService({ databasePath: '', settings });
    const url = await child.url();
    const body = JSON.stringify({ source: 'a' });
    using underWay = await beginPut(url, 'c', body);
    fail();
    underWay.send(body);
    using stop = new Spell(child.processId);
    child.signal('SIGTERM');
    expect(await child.ended).toMatchObject({ code: 0, signal: null });
    expect(stop.milliseconds).toBeLessThan(stopDeadlineMilliseconds);
    expect((await underWay.response()).status).toBe(503);
  });

  test('gives back the outboxes that it claimed, so that another goes on at once', async () => {
    await using child = new ChildService({ databasePath: '', settings: { DATABASE_URL: database.url } });
    const url = await child.url();
    using client = new HttpClient(url);
    await using operator = await operatorOf({ databaseUrl: database.url });
    await operator.addListener(testOrganizationId);
    await client.send('PUT', '/customers/c/lead-source', { source: 'a' });
    const claims = () => database.run('SELECT holder FROM outbox_claims');
    while ((await claims()).length === 0);
    // The time stands still for the other: a claim of the one that ends would never be over.
    const instant = Date.now();
    child.signal('SIGTERM');
    expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await claims()).toEqual([]);
    const failures: unknown[] = [];
    await using store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
    await using _other = keepOutboxEmpty({
      store,
      now: () => instant,
      holder: 'another',
      onError: (error) => failures.push(error),
    });
    await expect.poll(() => database.run('SELECT 1 FROM events')).toEqual([]);
    const other = new OutboxClaims({ store, now: () => instant, holder: 'another' });
    expect(await other.hold(testOrganizationId)).toBe(true);
    expect(failures).toEqual([]);
  });
});
