import { expect, test } from 'vitest';
import { failureOf } from '../../support/failures.ts';
import { tupleWith } from '../../support/landings.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

/** The tuples of the touches since a moment, each with how many share it. */
async function countsSince({ store, organizationId }: StoreRoom, since: number) {
  const { tupleKeys, touches } = await store.read.touchCounts(organizationId, since);
  const tuples = await store.read.tuples(organizationId, [...tupleKeys]);
  return tuples.map((tuple, place) => [tuple, touches[place]]);
}

export function touchCountContract({ room }: ContractGround): void {
  test('touches that share a tuple are counted together, the most first', async () => {
    const ground = await room();
    await ground.put('one', { source: 'a', path: '/1' });
    for (const id of ['one', 'two', 'three']) {
      await ground.put(id, { medium: 'cpc', source: 'b', clickId: id, referrer: 'https://B.example/x' });
    }
    expect(await countsSince(ground, 0)).toEqual([
      [tupleWith({ medium: 'cpc', source: 'b', referrerHost: 'b.example', clickIdKind: 'clickid' }), 3],
      [tupleWith({ source: 'a' }), 1],
    ]);
  });

  test('those before the moment are not counted, one at the moment is', async () => {
    const ground = await room();
    await ground.put('one', { source: 'a' });
    ground.now += 1000;
    await ground.put('one', { source: 'b' });
    expect(await countsSince(ground, ground.now)).toEqual([[tupleWith({ source: 'b' }), 1]]);
    expect(await countsSince(ground, ground.now + 1)).toEqual([]);
  });

  test('tuples come in the order of their keys, and more than once where they are asked for so', async () => {
    const ground = await room();
    for (const source of ['a', 'b']) await ground.put(source, { source });
    const { store, organizationId } = ground;
    const { tupleKeys } = await store.read.touchCounts(organizationId, 0);
    const [first = 0, second = 0] = tupleKeys;
    const sources = (await store.read.tuples(organizationId, [second, first, second])).map(
      ({ source }) => source,
    );
    expect(sources).toEqual(['b', 'a', 'b']);
  });

  test('an organization without touches has none, an unknown one is not found', async () => {
    const { store, organizationId } = await room();
    expect((await store.read.touchCounts(organizationId, 0)).tupleKeys).toHaveLength(0);
    expect(await failureOf(store.read.touchCounts('org_nobody', 0))).toBe('not-found');
  });

  test('a listed touch tells the kind of its click id', async () => {
    const ground = await room();
    await ground.put('one', { clickId: 'x' });
    await ground.put('one', { clickId: null });
    expect((await ground.touches('one'))?.map(({ clickIdKind }) => clickIdKind)).toEqual(['clickid', null]);
  });
}
