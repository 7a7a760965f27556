import { expect, test } from 'vitest';
import { leadSourceEntityTag } from '../../../src/domain/customer.ts';
import { completeLeadSource } from '../../../src/domain/lead-source.ts';
import { countOf } from '../../support/counts.ts';
import { failureOf } from '../../support/failures.ts';
import { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, place) => String(place));
}

/** Every fact says the same number, so that a mixture of two shows. */
function factsOf(number: string) {
  return completeLeadSource({
    medium: number,
    source: number,
    clickId: number,
    path: number,
    referrer: number,
  });
}

/** Reads a customer over and over until the writes end. */
async function readDuring(room: StoreRoom, customerId: string, writes: Promise<unknown>): Promise<number> {
  let isOver = false;
  const over = writes.finally(() => {
    isOver = true;
  });
  let reads = 0;
  while (!isOver) {
    const leadSource = (await room.customer(customerId))?.leadSource;
    for (const touch of [leadSource?.current, leadSource?.original]) {
      const facts = touch?.leadSource;
      if (facts !== undefined) expect(facts).toEqual(factsOf(facts.source ?? ''));
    }
    reads += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await over;
  return reads;
}

export function concurrencyContract({ room, engine, heardRoom }: ContractGround): void {
  test('of 100 puts at once one wins whole, the first committed is the original, history has no gap', async () => {
    const ground = await heardRoom();
    const answers = await Promise.all(numbered(100).map((number) => ground.put('c', factsOf(number))));
    const touches = ((await ground.touches('c')) ?? []).map(({ touch }) => touch);
    expect(touches).toHaveLength(100);
    for (const { leadSource } of touches) expect(leadSource).toEqual(factsOf(leadSource.source ?? ''));
    expect(new Set(touches.map(({ leadSource }) => leadSource.source)).size).toBe(100);
    const customer = await ground.customer('c');
    expect(customer).toMatchObject({ revision: 100, leadSourceRevision: 100 });
    expect(customer?.leadSource).toMatchObject({ original: touches[0], current: touches.at(-1) });
    const first = answers.find(({ created }) => created);
    expect(first?.customer.leadSource?.current).toEqual(touches[0]);
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    const bySequence = answers.map((answer) => answer.customer).toSorted((a, b) => a.revision - b.revision);
    expect(bySequence.map(({ leadSource }) => leadSource?.current.key)).toEqual(
      touches.map(({ key }) => key),
    );
    const events = (await ground.events()).filter(({ type }) => type === 'lead-source-changed');
    expect(events.map(({ current }) => current)).toEqual(touches.map(({ key }) => key));
    const previous = events.map((event) => event.previous);
    expect(previous).toEqual([null, ...touches.slice(0, -1).map(({ key }) => key)]);
  });

  test('of many who must find nothing there, one does', async () => {
    const ground = await room();
    const puts = numbered(50).map((source) => failureOf(ground.put('put', { source }, { ifNoneMatch: '*' })));
    const saves = numbered(50).map(() => failureOf(ground.save('saved', { mustBeNew: true })));
    expect((await Promise.all(puts)).filter((failure) => failure === null)).toHaveLength(1);
    expect((await Promise.all(saves)).filter((failure) => failure === null)).toHaveLength(1);
    expect(await ground.touches('put')).toHaveLength(1);
  });

  test('of many who read one revision and write upon it, one succeeds', async () => {
    const ground = await room();
    await ground.put('c', { source: 'start' });
    const ifMatch = [leadSourceEntityTag(await ground.customer('c')) ?? ''];
    const puts = numbered(50).map((source) => failureOf(ground.put('c', { source }, { ifMatch })));
    expect((await Promise.all(puts)).filter((failure) => failure === null)).toHaveLength(1);
    expect(await ground.touches('c')).toHaveLength(2);
  });

  test('puts racing removals end as some serial order of them would', async () => {
    const ground = await heardRoom();
    const outcomes = await Promise.all(
      numbered(120).map(async (number) => {
        if (Number(number) % 3 !== 2)
          return (await ground.put('c', factsOf(number))).customer.leadSourceRevision;
        return failureOf(ground.remove('c'));
      }),
    );
    const revisions = outcomes.filter((outcome) => typeof outcome === 'number');
    const removals = outcomes.filter((outcome) => outcome === null).length;
    const customer = await ground.customer('c');
    // Each change has a revision of its own: those that no put was answered with belong to removals.
    expect(new Set(revisions).size).toBe(80);
    expect(customer?.leadSourceRevision).toBe(80 + removals);
    const changes = (await ground.events()).filter(({ type }) => type === 'lead-source-changed');
    const lastRemoval = changes.findLastIndex(({ cause }) => cause === 'delete');
    const since = changes.slice(lastRemoval + 1).map(({ current }) => current);
    expect(((await ground.touches('c')) ?? []).map(({ touch }) => touch.key)).toEqual(since);
    expect(customer?.leadSource?.current.key).toBe(since.at(-1));
    expect(customer?.leadSource?.original.key).toBe(since[0]);
  });

  test('a reader never sees half a change: puts, removals and merges', async () => {
    const ground = await room();
    const rounds = countOf(1500);
    const write = async (number: string) => {
      await ground.put('c', factsOf(number));
      await ground.put('c', factsOf(`${number}b`));
      await ground.put(`d${number}`, factsOf(`${number}c`));
      await ground.merge(`d${number}`, 'c');
      if (Number(number) % 2 === 0) await failureOf(ground.remove('c'));
    };
    const writes = (async () => {
      for (const number of numbered(rounds)) await write(number);
    })();
    expect(await readDuring(ground, 'c', writes)).toBeGreaterThan((rounds * 2) / 3);
  });

  test('merges that meet each other leave one customer who has it all', async () => {
    const ground = await room();
    const ids = numbered(8);
    for (const id of ids) await ground.put(id, { source: id });
    const merges = ids.flatMap((id, place) => [
      failureOf(ground.merge(id, ids[(place + 1) % ids.length] ?? '')),
      failureOf(ground.put(id, { source: `again ${id}` })),
    ]);
    const failures = (await Promise.all(merges)).filter((failure) => failure !== null);
    expect(failures).toEqual(['invalid']);
    const { items } = await ground.customers();
    expect(items).toHaveLength(1);
    expect(await ground.sources(items[0]?.id ?? '')).toHaveLength(16);
  });

  test('a write that fails leaves those that wait with it alone', async () => {
    const ground = await heardRoom();
    const { store, organizationId } = ground;
    const writes = numbered(40).map((number) => {
      if (Number(number) % 4 === 0) return failureOf(ground.remove(`nobody ${number}`));
      if (Number(number) % 4 === 1) return failureOf(ground.merge('nobody', `c${number}`));
      return failureOf(ground.put(`c${number}`, factsOf(number)));
    });
    const unknown = failureOf(
      store.write('deleteApiKey', { organizationId, keyId: 'key_nobody', actor: 'operator', now: 1 }),
    );
    const outcomes = await Promise.all(writes);
    expect(await unknown).toBe('not-found');
    expect(outcomes.filter((failure) => failure === null)).toHaveLength(20);
    expect((await ground.customers()).total).toBe(20);
    expect(await ground.events()).toHaveLength(40);
  });

  test('closing answers what was accepted, keeps it, and takes no more', async () => {
    const opened = await engine.open();
    const ground = await StoreRoom.open(() => opened.store);
    const puts = numbered(30).map((number) => failureOf(ground.put(`c${number}`, factsOf(number))));
    const reopening = opened.reopen();
    const late = failureOf(ground.put('late', {}));
    const reopened = await reopening;
    try {
      expect(await Promise.all(puts)).toEqual(Array(30).fill(null));
      expect(await late).toBe('unavailable');
      const query = { limit: 100, offset: 0, filter: [], sort: [] };
      expect((await reopened.store.read.customers(ground.organizationId, query)).total).toBe(30);
    } finally {
      await reopened.dispose();
    }
  });
}
