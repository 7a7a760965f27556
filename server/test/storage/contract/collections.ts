import { beforeAll, expect, test } from 'vitest';
import type { SortKey } from '../../../src/domain/collection.ts';
import type { CustomerSortField } from '../../../src/domain/customer-query.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

const count = 23;
const ids = Array.from({ length: count }, (_, place) => `c${String(place).padStart(2, '0')}`);

function by(field: CustomerSortField, descending = false): SortKey<CustomerSortField> {
  return { field, descending };
}

/** Five websites, one of them unset, over five moments that the ids do not follow. */
async function furnish(room: StoreRoom): Promise<void> {
  const start = room.now;
  for (const [place, id] of ids.entries()) {
    room.now = start + ((place * 3) % 5);
    await room.save(id, { facts: { websiteId: place % 5 === 0 ? null : `w${place % 5}` } });
  }
}

const sorts: readonly (readonly SortKey<CustomerSortField>[])[] = [
  [],
  [by('id')],
  [by('id', true)],
  [by('createdTime')],
  [by('createdTime', true)],
  [by('updatedTime', true)],
  [by('revision')],
  [by('websiteId')],
  [by('websiteId', true)],
  [by('websiteId'), by('createdTime', true)],
  [by('createdTime', true), by('websiteId'), by('id', true)],
];

export function collectionContract({ room }: ContractGround): void {
  let ground: StoreRoom;
  beforeAll(async () => {
    ground = await room();
    await furnish(ground);
  });

  test.each(sorts.map((sort) => [sort] as const))(
    'pages in the order %j neither overlap nor leave one out',
    async (sort) => {
      const whole = (await ground.customers({ sort })).items.map(({ id }) => id);
      expect(whole.toSorted()).toEqual(ids);
      for (const limit of [1, 4, 10, 23, 1000]) {
        const pages: string[] = [];
        for (let offset = 0; offset < count; offset += limit) {
          const { items, total } = await ground.customers({ sort, limit, offset });
          expect(total).toBe(count);
          pages.push(...items.map(({ id }) => id));
        }
        expect(pages).toEqual(whole);
      }
    },
  );

  test('each key of an order decides where those before it do not, and unset values come first', async () => {
    const { items } = await ground.customers({ sort: [by('websiteId'), by('createdTime', true)] });
    const keyOf = ({ websiteId, createdTime, id }: (typeof items)[number]) =>
      `${websiteId ?? ''} ${ground.now + 100 - createdTime} ${99 - ids.indexOf(id)}`;
    expect(items.map(keyOf)).toEqual(items.map(keyOf).toSorted());
    expect(items[0]?.websiteId).toBeNull();
  });

  test.each([
    [0, 0],
    [0, 5],
    [10, 23],
    [10, 1_000_000],
  ])('a page of %i from %i on is empty and still counts all', async (limit, offset) => {
    expect(await ground.customers({ limit, offset })).toEqual({ items: [], total: count });
  });

  test('touches come in pages by time, with all of them counted', async () => {
    const place = await room();
    for (let touch = 0; touch < 7; touch++) {
      place.now += touch % 2;
      await place.put('c', { source: String(touch) });
    }
    const read = (limit: number, offset: number) =>
      place.store.read.touches(place.organizationId, 'c', { limit, offset });
    const sources: (string | null)[] = [];
    for (const offset of [0, 3, 6]) {
      const page = await read(3, offset);
      expect(page?.total).toBe(7);
      sources.push(...(page?.items ?? []).map(({ touch }) => touch.leadSource.source));
    }
    expect(sources).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(await read(3, 7)).toEqual({ items: [], total: 7 });
  });

  test('a customer without touches lists none', async () => {
    const place = await room();
    await place.save('bare');
    const page = { limit: 10, offset: 0 };
    expect(await place.store.read.touches(place.organizationId, 'bare', page)).toEqual({
      items: [],
      total: 0,
    });
  });
}
