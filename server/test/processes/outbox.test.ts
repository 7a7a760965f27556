import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openPostgresStore } from '../../src/storage/postgres/store.ts';
import type { Store } from '../../src/storage/store.ts';
import type { OutboxOptions } from '../../src/webhooks/outbox.ts';
import { testClock } from '../support/clock.ts';
import { keepOutboxEmpty } from '../support/empty-outbox.ts';
import { type FreshDatabase, migratedDatabase } from '../support/postgres.ts';
import { StoreRoom } from '../support/store-room.ts';

const rounds = 10;
const claimMilliseconds = 10_000;
const patience = { timeout: 60_000 };
const clock = testClock();

let database: FreshDatabase;
let stores: readonly [Store, Store];
beforeAll(async () => {
  database = await migratedDatabase();
  const open = () => openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  stores = await Promise.all([open(), open()]);
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
  await database.drop();
});

/** Notes for each dropping of events by a process whether the claim was its own. */
function watched(store: Store, holder: string, wasOwn: boolean[]): OutboxOptions['store'] {
  return {
    read: store.read,
    onCommit: (listener) => store.onCommit(listener),
    async write(kind, input) {
      const output = await store.write(kind, input);
      const organizationId = 'organizationId' in input ? input.organizationId : '';
      if (kind === 'pruneEvents') wasOwn.push(await isClaimedBy(holder, organizationId));
      return output;
    },
  };
}

async function isClaimedBy(holder: string, organizationId: string): Promise<boolean> {
  const [claim] = await database.run(
    'SELECT holder, claimed_until FROM outbox_claims JOIN organizations USING (organization_id) WHERE public_id = $1',
    [organizationId],
  );
  return claim?.['holder'] === holder && Number(claim['claimed_until']) > clock.now();
}

test('of two processes each drops only the events of outboxes that it holds, and none is left in the end', async () => {
  // An outbox rests nine times as long as a pass took, which is seconds on a busy machine.
  vi.spyOn(performance, 'now').mockReturnValue(0);
  const rooms = await Promise.all([1, 2, 3].map(() => StoreRoom.openHeard(() => stores[0])));
  const elsewhere = rooms.map((room) => room.through(() => stores[1]));
  const failures: unknown[] = [];
  const wasOwn: boolean[] = [];
  const keep = (store: Store, holder: string) =>
    keepOutboxEmpty({
      store: watched(store, holder, wasOwn),
      now: clock.now,
      holder,
      onError: (error) => failures.push(error),
    });
  await using one = keep(stores[0], 'one');
  await using other = keep(stores[1], 'other');

  for (let round = 0; round < rounds; round++) {
    const droppings = wasOwn.length;
    await Promise.all(
      [...rooms, ...elsewhere].map((room, place) => room.put(`c${place}`, { source: `${round}` })),
    );
    await vi.waitUntil(() => {
      // Both look soon: whoever does not hold an outbox, or has not heard of a write, does so after five seconds.
      for (const { organizationId } of rooms) for (const each of [one, other]) each.look(organizationId);
      return wasOwn.length >= droppings + rooms.length;
    }, patience);
    clock.advance(claimMilliseconds / 4);
  }
  // One of them holds no outbox of what it wrote last, until the claims are over.
  clock.advance(claimMilliseconds);
  await Promise.all(elsewhere.map((room) => room.put('last', { source: 'last' })));
  await vi.waitUntil(async () => (await database.run('SELECT 1 FROM events')).length === 0, patience);

  expect(failures).toEqual([]);
  expect(wasOwn.length).toBeGreaterThanOrEqual(rounds * rooms.length);
  expect(wasOwn).not.toContain(false);
});
