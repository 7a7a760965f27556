import { expect, test } from 'vitest';
import type { OwnedTouchKey, Store } from '../../../src/storage/store.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

type Aged = Awaited<ReturnType<Store['read']['agedTouches']>>;
type Limits = Parameters<Store['read']['agedTouches']>[1];

/** All that is too old, looked for so many touches at a time. */
async function aged(ground: StoreRoom, limits: Limits, limit: number): Promise<Omit<Aged, 'next'>> {
  const found: Record<'toRemove' | 'toStrip', OwnedTouchKey[]> = { toRemove: [], toStrip: [] };
  let after: OwnedTouchKey | null = null;
  do {
    const page: Aged = await ground.store.read.agedTouches(ground.organizationId, limits, after, limit);
    found.toRemove.push(...page.toRemove);
    found.toStrip.push(...page.toStrip);
    after = page.next;
  } while (after !== null);
  return found;
}

/** A touch for each of these ages in milliseconds. */
async function addAged(ground: StoreRoom, customerId: string, ages: readonly number[], facts: object) {
  const added: OwnedTouchKey[] = [];
  for (const age of ages) {
    const { touch } = await ground.add(customerId, facts, { occurredTime: ground.now - age });
    added.push({ customerId, touchKey: touch.key });
  }
  return added;
}

export function retentionContract({ room }: ContractGround): void {
  test('touches are too old by when they occurred, to the millisecond, wherever pages end', async () => {
    const ground = await room();
    const [a, , c] = await addAged(ground, 'a', [101, 100, 200], { source: 'x', path: '/' });
    const [, e] = await addAged(ground, 'b', [0, 300], { source: 'y' });
    const limits = { removeBefore: ground.now - 100, stripBefore: null };
    for (const limit of [1, 2, 5, 100]) {
      expect(await aged(ground, limits, limit)).toEqual({ toRemove: [a, c, e], toStrip: [] });
    }
  });

  test('those that have details are stripped, unless they are removed', async () => {
    const ground = await room();
    const [click] = await addAged(ground, 'a', [150], { clickId: 'x' });
    const [path, old] = await addAged(ground, 'a', [150, 250], { source: 'x', path: '/' });
    const [referrer] = await addAged(ground, 'b', [150], { referrer: 'https://x.example/' });
    await addAged(ground, 'c', [150], { source: 'bare' });
    const limits = { removeBefore: ground.now - 200, stripBefore: ground.now - 100 };
    expect(await aged(ground, limits, 2)).toEqual({ toRemove: [old], toStrip: [click, path, referrer] });
    for (const { customerId, touchKey } of [click, path, referrer].filter((each) => each !== undefined)) {
      await ground.withdraw('stripTouches', customerId, [touchKey]);
    }
    expect(await aged(ground, limits, 2)).toEqual({ toRemove: [old], toStrip: [] });
  });

  test('touches of visitors that are nobody yet are too old as well, and are stripped and removed', async () => {
    const ground = await room();
    const occurredTime = ground.now - 150;
    await ground.capture('visitor-a', { source: 'old', path: '/old' }, { occurredTime: ground.now - 250 });
    await ground.capture('visitor-a', { source: 'kept', path: '/kept' }, { occurredTime });
    const limits = { removeBefore: ground.now - 200, stripBefore: ground.now - 100 };
    const { toRemove, toStrip } = await aged(ground, limits, 1);
    expect([toRemove.length, toStrip.length]).toEqual([1, 1]);
    for (const { customerId, touchKey } of toRemove) {
      await ground.withdraw('removeTouches', customerId, [touchKey]);
    }
    for (const { customerId, touchKey } of toStrip) {
      await ground.withdraw('stripTouches', customerId, [touchKey]);
    }
    expect(await aged(ground, limits, 1)).toEqual({ toRemove: [], toStrip: [] });
    await ground.link('c', 'visitor-a');
    expect((await ground.touches('c'))?.map(({ touch }) => touch.leadSource)).toMatchObject([
      { source: 'kept', path: null },
    ]);
  });

  test('where nothing has a limit nothing is too old', async () => {
    const ground = await room();
    await addAged(ground, 'a', [1e12], { path: '/' });
    const limits = { removeBefore: null, stripBefore: null };
    expect(await aged(ground, limits, 10)).toEqual({ toRemove: [], toStrip: [] });
  });
}
