import { expect, test } from 'vitest';
import { type SpendDimension, type SpendEntry, spendDimensions } from '../../../src/domain/spend.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

const unnamed = Object.fromEntries(spendDimensions.map((dimension) => [dimension, null])) as {
  [Dimension in SpendDimension]: null;
};

function spent({ now }: StoreRoom, more: Partial<SpendEntry>): SpendEntry {
  return { ...unnamed, day: 20_000, currency: 'EUR', amount: 100, updatedTime: now, ...more };
}

async function put({ store, organizationId }: StoreRoom, entries: readonly SpendEntry[]): Promise<void> {
  await store.write('putSpend', { organizationId, entries });
}

function listed({ store, organizationId }: StoreRoom, more: Partial<Parameters<typeof store.read.spend>[1]>) {
  const sort = [{ field: 'date', descending: false }] as const;
  return store.read.spend(organizationId, { limit: 100, offset: 0, sort, filter: [], ...more });
}

export function spendContract({ room }: ContractGround): void {
  test('what was spent comes by day, in either order, and pages neither overlap nor leave any out', async () => {
    const ground = await room();
    const entries = [3, 1, 2].flatMap((day) => ['a', 'b'].map((source) => spent(ground, { day, source })));
    await put(ground, entries);
    const upwards = await listed(ground, {});
    expect(upwards.items.map(({ day }) => day)).toEqual([1, 1, 2, 2, 3, 3]);
    expect(new Set(upwards.items)).toEqual(new Set(entries));
    const sort = [{ field: 'date', descending: true }] as const;
    const downwards = await listed(ground, { sort });
    expect(downwards.items).toEqual(upwards.items.toReversed());
    const pages = await Promise.all([0, 4, 8].map((offset) => listed(ground, { sort, limit: 4, offset })));
    expect(pages.flatMap(({ items }) => items)).toEqual(downwards.items);
    expect(pages.map(({ total }) => total)).toEqual([6, 6, 6]);
  });

  test.each(spendDimensions)('what was spent on a %s is found by that', async (field) => {
    const ground = await room();
    const entries = spendDimensions.map((dimension) => spent(ground, { [dimension]: 'x' }));
    await put(ground, entries);
    const filter = [{ field, negated: false, alternatives: [{ equals: 'x' }] }];
    expect((await listed(ground, { filter })).items).toEqual([spent(ground, { [field]: 'x' })]);
  });

  test('spend that is told again has the amount and the moment that it was told last', async () => {
    const ground = await room();
    await put(ground, [spent(ground, { source: 'a' }), spent(ground, { source: 'b' })]);
    const before = spent(ground, { source: 'b' });
    ground.now += 1000;
    const again = spent(ground, { source: 'a', amount: 0 });
    await put(ground, [again]);
    const { items, total } = await listed(ground, {});
    expect([new Set(items), total]).toEqual([new Set([again, before]), 2]);
  });

  test('spend is summed up from the first day of a span to the one before its end, in one currency', async () => {
    const ground = await room();
    const days = [9, 10, 19, 20].map((day) => spent(ground, { day, source: 'a', amount: day }));
    await put(ground, [...days, spent(ground, { day: 10, source: 'a', currency: 'JPY' })]);
    const spans = [{ bucket: 3, from: 10, until: 20 }];
    const sums = await ground.store.read.spendSums(ground.organizationId, 'EUR', spans);
    expect(sums).toEqual([{ ...unnamed, source: 'a', bucket: 3, amount: 29n }]);
  });

  test('what another organization spent is neither listed, summed up, exported nor replaced', async () => {
    const [ground, elsewhere] = [await room(), await room()];
    await put(elsewhere, [spent(elsewhere, { source: 'a', amount: 7 }), spent(elsewhere, { source: 'b' })]);
    const own = spent(ground, { source: 'a' });
    await put(ground, [own]);
    const { store, organizationId } = ground;
    expect(await listed(ground, {})).toEqual({ items: [own], total: 1 });
    const spans = [{ bucket: 0, from: own.day, until: own.day + 1 }];
    expect(await store.read.spendSums(organizationId, 'EUR', spans)).toMatchObject([{ amount: 100n }]);
    expect(await store.read.exportPage(organizationId, 'spend', null, 100)).toMatchObject({ rowCount: 1 });
    expect((await listed(elsewhere, {})).items.map(({ amount }) => amount).toSorted()).toEqual([100, 7]);
  });
}
