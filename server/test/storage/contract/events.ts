import { expect, test } from 'vitest';
import { completeLeadSource } from '../../../src/domain/lead-source.ts';
import { failureOf } from '../../support/failures.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

const ofCustomer = { current: null, previous: null, original: null };

async function touchKeys(room: StoreRoom, customerId: string): Promise<readonly number[]> {
  return ((await room.touches(customerId)) ?? []).map(({ touch }) => touch.key);
}

export function eventContract({ room, heardRoom }: ContractGround): void {
  test('a first lead source leaves two events: the customer, then its lead source', async () => {
    const ground = await heardRoom();
    await ground.put('c', { source: 'a' });
    const [key] = await touchKeys(ground, 'c');
    const common = { customerId: 'c', sequence: 1, occurredTime: ground.now, mergedCustomerId: null };
    expect(await ground.events()).toEqual([
      { ...common, type: 'customer-created', cause: null, ...ofCustomer },
      { ...common, type: 'lead-source-changed', cause: 'put', current: key, previous: null, original: key },
    ]);
  });

  test('each change of a lead source leaves one event that names what was and what is', async () => {
    const ground = await heardRoom();
    await ground.put('c', { source: 'a' });
    await ground.put('c', { source: 'b' });
    const [first, second] = await touchKeys(ground, 'c');
    await ground.remove('c');
    const [, , changed, removed] = await ground.events();
    expect(changed).toMatchObject({
      cause: 'put',
      sequence: 2,
      current: second,
      previous: first,
      original: first,
    });
    expect(removed).toMatchObject({
      cause: 'delete',
      sequence: 3,
      current: null,
      previous: second,
      original: null,
    });
  });

  test('a merge leaves one event for the customer and, where it shows, one for the lead source', async () => {
    const ground = await heardRoom();
    await ground.put('d', { source: 'd' });
    await ground.put('t', { source: 't' });
    const before = (await ground.events()).length;
    ground.now += 1;
    await ground.merge('d', 't');
    const [original, current] = await touchKeys(ground, 't');
    const common = { customerId: 't', occurredTime: ground.now, sequence: 2 };
    expect((await ground.events()).slice(before)).toEqual([
      { ...common, type: 'customer-merged', cause: null, ...ofCustomer, mergedCustomerId: 'd' },
      {
        ...common,
        type: 'lead-source-changed',
        cause: 'merge',
        current,
        previous: current,
        original,
        mergedCustomerId: null,
      },
    ]);
  });

  test('a merge that nobody can see in the lead source leaves no event for it', async () => {
    const ground = await heardRoom();
    await ground.put('t', { source: 't' });
    await ground.save('d');
    await ground.merge('d', 't');
    const types = (await ground.events()).map(({ type }) => type);
    expect(types).toEqual(['customer-created', 'lead-source-changed', 'customer-created', 'customer-merged']);
  });

  test('what changes nothing, and what fails, leaves no event', async () => {
    const ground = await heardRoom();
    const leadSource = completeLeadSource({ source: 'a' });
    await ground.save('c', { leadSource });
    const before = await ground.keptEvents();
    await ground.put('c', { source: 'a' });
    await ground.save('c', { leadSource });
    await failureOf(ground.put('c', { source: 'b' }, { ifMatch: ['"9"'] }));
    await failureOf(ground.remove('unknown'));
    await failureOf(ground.merge('c', 'unknown'));
    await failureOf(ground.save('c', { mustBeNew: true }));
    expect(await ground.keptEvents()).toEqual(before);
  });

  test("sequences of a customer's type of event grow, through removals and merges", async () => {
    const ground = await heardRoom();
    for (const source of ['a', 'b', 'c', 'd']) await ground.put('d', { source });
    await ground.put('t', { source: 't' });
    await ground.remove('t');
    await ground.merge('d', 't');
    await ground.put('t', { source: 'u' });
    const changes = (await ground.events()).filter(
      ({ type, customerId }) => type === 'lead-source-changed' && customerId === 't',
    );
    const sequences = changes.map(({ sequence }) => sequence);
    expect(sequences).toEqual([...new Set(sequences)].toSorted((one, other) => one - other));
    expect(changes).toHaveLength(4);
  });

  test('keys of events grow in the order of the changes they tell of', async () => {
    const ground = await heardRoom();
    const ids = Array.from({ length: 50 }, (_, place) => `c${place}`);
    await Promise.all(ids.map((id) => ground.put(id, { source: id })));
    const kept = await ground.keptEvents();
    const keys = kept.map(({ key }) => key);
    expect(keys).toEqual(keys.toSorted((one, other) => one - other));
    expect(new Set(keys).size).toBe(100);
    for (const [place, { event }] of kept.entries()) {
      expect(event.type).toBe(place % 2 === 0 ? 'customer-created' : 'lead-source-changed');
    }
  });

  test('a reader gets the oldest events first, and no more than it asks for', async () => {
    const ground = await heardRoom();
    for (const source of ['a', 'b', 'c']) await ground.put('c', { source });
    const all = await ground.keptEvents();
    expect(await ground.keptEvents(2)).toEqual(all.slice(0, 2));
    expect(await ground.keptEvents(0)).toEqual([]);
  });

  test('events are dropped up to a key, or all, and those of others stay', async () => {
    const [ground, other] = [await heardRoom(), await heardRoom()];
    for (const source of ['a', 'b', 'c']) await ground.put('c', { source });
    await other.put('c', { source: 'a' });
    const all = await ground.keptEvents();
    const upToKey = all[1]?.key ?? 0;
    const { organizationId, store } = ground;
    await store.write('pruneEvents', { organizationId, upToKey });
    expect(await ground.keptEvents()).toEqual(all.slice(2));
    await store.write('pruneEvents', { organizationId, upToKey: null });
    expect(await ground.keptEvents()).toEqual([]);
    expect(await other.keptEvents()).toHaveLength(2);
    await ground.put('c', { source: 'd' });
    const [next] = await ground.keptEvents();
    expect(next?.key).toBeGreaterThan(all.at(-1)?.key ?? Number.NaN);
  });

  test('what happens while no webhook is active leaves no event, and the next one goes on counting', async () => {
    const ground = await room();
    await ground.put('c', { source: 'a' });
    await ground.listen('inactive');
    await ground.put('c', { source: 'b' });
    expect(await ground.events()).toEqual([]);
    expect(await ground.sources('c')).toEqual(['a', 'b']);
    await ground.listen();
    await ground.put('c', { source: 'c' });
    expect(await ground.events()).toMatchObject([{ cause: 'put', sequence: 3 }]);
    await ground.listen('inactive');
    await ground.put('c', { source: 'd' });
    const { store, organizationId, actor, now } = ground;
    await ground.listen();
    await store.write('deleteWebhook', { organizationId, webhookId: 'listener', actor, now });
    await ground.put('c', { source: 'e' });
    expect(await ground.events()).toHaveLength(1);
  });

  test('a change that goes with a webhook into one transaction is told from then on', async () => {
    const ground = await room();
    const before = ground.put('c', { source: 'a' });
    const listening = ground.listen();
    const after = ground.put('c', { source: 'b' });
    await Promise.all([before, listening, after]);
    await ground.put('c', { source: 'c' });
    const sequences = (await ground.events()).map(({ sequence }) => sequence);
    expect(sequences.at(-1)).toBe(3);
  });

  test('whatever comes after a webhook was answered for is told, also amid many writes', async () => {
    const ground = await room();
    const puts = Array.from({ length: 200 }, (_, place) => ground.put('c', { source: `${place}` }));
    await ground.listen();
    const seen = (await ground.customer('c'))?.leadSourceRevision ?? 0;
    await Promise.all([...puts, ground.put('c', { source: 'last' })]);
    const changes = (await ground.events()).filter(({ type }) => type === 'lead-source-changed');
    const [first = expect.fail()] = changes.map(({ sequence }) => sequence);
    expect(first).toBeLessThanOrEqual(seen + 1);
    expect(changes.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 202 - first }, (_, place) => first + place),
    );
  });

  test('a listener hears of each commit, after which its events can be read', async () => {
    const ground = await heardRoom();
    const heard = Promise.withResolvers<Promise<unknown>>();
    let reading: Promise<unknown> | undefined;
    ground.store.onCommit(() => {
      reading ??= ground.keptEvents();
      heard.resolve(reading);
    });
    await ground.put('c', { source: 'a' });
    expect(await heard.promise).toHaveLength(2);
  });
}
