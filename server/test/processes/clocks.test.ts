import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openPostgresStore } from '../../src/storage/postgres/store.ts';
import type { Store } from '../../src/storage/store.ts';
import { OutboxClaims } from '../../src/webhooks/outbox-claims.ts';
import { type FreshDatabase, migratedDatabase } from '../support/postgres.ts';
import { Receiver, receiverSettings } from '../support/receiver.ts';
import { startTestServiceOn, type TestService } from '../support/service.ts';
import { StoreRoom } from '../support/store-room.ts';

const fiveMinutes = 300_000;
const patience = { timeout: 60_000 };
/** Those of outboxes last for 10 seconds, those of jobs for 20. */
const longestClaimMilliseconds = 20_000;

let database: FreshDatabase;
let store: Store;
beforeEach(async () => {
  database = await migratedDatabase();
  store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
});
afterEach(async () => {
  await store[Symbol.asyncDispose]();
  await database.drop();
});

test('a process whose clock is fast takes no outbox from one that holds it', async () => {
  const { organizationId } = await StoreRoom.open(() => store);
  const { sharedTime } = store;
  const claimsOf = (holder: string, now: () => number) =>
    new OutboxClaims({ store, now, sharedTime, holder });
  expect(await claimsOf('true', Date.now).hold(organizationId)).toBe(true);
  expect(await claimsOf('fast', () => Date.now() + fiveMinutes).hold(organizationId)).toBe(false);
});

test('what a process whose clock is fast has claimed is free as soon after its death as anything', async () => {
  await using receiver = await Receiver.start();
  const now = () => Date.now() + fiveMinutes;
  await using service = await startTestServiceOn({ url: database.url, path: '' }, receiverSettings, now);
  await service.call('PUT', '/webhooks/w', { body: { url: receiver.url, eventsFilter: [] } });
  await service.call('PUT', '/customers/c/lead-source', { body: { source: 'a' } });
  await receiver.until(1);
  await computeOn(service);
  for (const table of ['outbox_claims', 'jobs']) {
    const left = `claimed_until - extract(epoch FROM clock_timestamp()) * 1000 AS left`;
    const [claim] = await database.run(
      `SELECT ${left} FROM ${table} WHERE holder IS NOT NULL ORDER BY 1 DESC LIMIT 1`,
    );
    expect(Number(claim?.['left']), table).toBeLessThanOrEqual(longestClaimMilliseconds);
  }
});

async function computeOn(service: TestService): Promise<void> {
  const period = { periodStart: '2026-01-01', periodEnd: '2026-02-01' };
  const body = { type: 'data-driven', model: 'markov', dimension: 'source', ...period };
  const { id } = (await service.call('POST', '/jobs', { body })).body as { id: string };
  await vi.waitUntil(async () => {
    const { body: job } = await service.call('GET', `/jobs/${id}`);
    return (job as { status: string }).status === 'completed';
  }, patience);
}
