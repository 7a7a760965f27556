import { beforeAll, expect, test } from 'vitest';
import type { FilterAlternative, FilterCondition } from '../../../src/domain/collection.ts';
import type { CustomerFilterField } from '../../../src/domain/customer-query.ts';
import { completeLeadSource, leadSourceFields } from '../../../src/domain/lead-source.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

const start = Date.UTC(2026, 10, 23);
/** Websites in the order of their UTF-8 bytes, which is not that of their UTF-16 units. */
const websites = [
  '',
  '%',
  'A',
  'Z',
  '_',
  'a',
  'ab',
  'b',
  'é',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '😀',
  '\u{10ffff}',
];

type Condition = FilterCondition<CustomerFilterField>;

function where(field: CustomerFilterField, ...alternatives: FilterAlternative[]): Condition {
  return { field, negated: false, alternatives };
}

function not(condition: Condition): Condition {
  return { ...condition, negated: true };
}

function range(from?: string | number, to?: string | number): FilterAlternative {
  return { from, to };
}

async function furnish(room: StoreRoom): Promise<void> {
  room.now = start;
  await room.save('bare');
  room.now = start + 1;
  await room.save('web', { facts: { websiteId: 'w%_' } });
  room.now = start + 2;
  await room.put('one', { source: 'google', medium: 'cpc' });
  room.now = start + 3;
  await room.put('two', { source: 'Google' });
  await room.put('two', { source: 'bing' });
  room.now = start + 4;
  await room.put('none', {});
}

const cases: readonly (readonly [string, readonly Condition[], readonly string[]])[] = [
  ['an id', [where('id', { equals: 'one' })], ['one']],
  [
    'one of several ids',
    [where('id', { equals: 'one' }, { equals: 'two' }, { equals: 'no' })],
    ['one', 'two'],
  ],
  ['a website', [where('websiteId', { equals: 'w%_' })], ['web']],
  ['a percent sign, which is only itself', [where('websiteId', { equals: 'w%' })], []],
  ['no website', [where('websiteId', { equals: null })], ['bare', 'none', 'one', 'two']],
  [
    'another website, unset ones included',
    [not(where('websiteId', { equals: 'w%_' }))],
    ['bare', 'none', 'one', 'two'],
  ],
  ['any website', [not(where('websiteId', { equals: null }))], ['web']],
  ['a revision', [where('revision', { equals: 2 })], ['two']],
  ['a range of revisions', [where('revision', range(2, 9))], ['two']],
  ['a moment of creation', [where('createdTime', { equals: start + 2 })], ['one']],
  [
    'a range of moments, both ends included',
    [where('createdTime', range(start + 1, start + 2))],
    ['one', 'web'],
  ],
  ['from a moment on', [where('updatedTime', range(start + 3))], ['none', 'two']],
  ['up to a moment', [where('updatedTime', range(undefined, start + 1))], ['bare', 'web']],
  ['outside a range', [not(where('createdTime', range(start + 1, start + 3)))], ['bare', 'none']],
  ['a current source', [where('leadSource.source', { equals: 'google' })], ['one']],
  ['a source that was replaced', [where('leadSource.source', { equals: 'Google' })], []],
  ['an original source', [where('original.source', { equals: 'Google' })], ['two']],
  [
    'no source, or no lead source at all',
    [where('leadSource.source', { equals: null })],
    ['bare', 'none', 'web'],
  ],
  [
    'another source, unset ones included',
    [not(where('leadSource.source', { equals: 'google' }))],
    ['bare', 'none', 'two', 'web'],
  ],
  [
    'a source or none',
    [where('leadSource.source', { equals: 'bing' }, { equals: null })],
    ['bare', 'none', 'two', 'web'],
  ],
  [
    'neither a source nor none',
    [not(where('leadSource.source', { equals: 'bing' }, { equals: null }))],
    ['one'],
  ],
  ['a range that unset ones are outside of', [where('leadSource.source', range('a'))], ['one', 'two']],
  [
    'outside of a range, unset ones included',
    [not(where('leadSource.source', range('a', 'c')))],
    ['bare', 'none', 'one', 'web'],
  ],
  ['a value or a range', [where('id', { equals: 'web' }, range('n', 'o'))], ['none', 'web']],
  [
    'several at once',
    [where('leadSource.medium', { equals: 'cpc' }), where('original.source', { equals: 'google' })],
    ['one'],
  ],
  ['several that exclude each other', [where('id', { equals: 'one' }), where('id', { equals: 'two' })], []],
  ['a range upside down', [where('id', range('z', 'a'))], []],
];

export function filterContract({ room }: ContractGround): void {
  let ground: StoreRoom;
  beforeAll(async () => {
    ground = await room();
    await furnish(ground);
  });

  test.each(cases)('a filter by %s', async (_words, filter, ids) => {
    const { items, total } = await ground.customers({ filter });
    expect(items.map(({ id }) => id)).toEqual(ids);
    expect(total).toBe(ids.length);
  });

  test.each(leadSourceFields)(
    'customers are found by the %s of their current and original lead source',
    async (field) => {
      const place = await room();
      const id = `by-${field}`;
      await place.put(id, completeLeadSource({ [field]: 'first' }));
      await place.put(id, completeLeadSource({ [field]: 'second' }));
      await place.put('other', {});
      const found = async (...filter: readonly Condition[]) =>
        (await place.customers({ filter })).items.map((item) => item.id);
      expect(await found(where(`leadSource.${field}`, { equals: 'second' }))).toEqual([id]);
      expect(await found(where(`leadSource.${field}`, { equals: 'first' }))).toEqual([]);
      expect(await found(where(`original.${field}`, { equals: 'first' }))).toEqual([id]);
      expect(await found(where(`original.${field}`, { equals: 'second' }))).toEqual([]);
      expect(await found(not(where(`original.${field}`, { equals: 'first' })))).toEqual(['other']);
    },
  );

  test('text is compared and ordered by its UTF-8 bytes', async () => {
    const place = await room();
    const inNoOrder = [...websites.entries()].toSorted(
      ([one], [other]) => ((one * 5) % 14) - ((other * 5) % 14),
    );
    for (const [rank, websiteId] of inNoOrder) await place.save(`c${rank}`, { facts: { websiteId } });
    const read = async (query: Parameters<StoreRoom['customers']>[0]) =>
      (await place.customers(query)).items.map(({ websiteId }) => websiteId);
    expect(await read({ sort: [{ field: 'websiteId', descending: false }] })).toEqual(websites);
    expect(await read({ sort: [{ field: 'websiteId', descending: true }] })).toEqual(websites.toReversed());
    for (const [rank, websiteId] of websites.entries()) {
      const sort = [{ field: 'websiteId', descending: false }] as const;
      expect(await read({ sort, filter: [where('websiteId', range(websiteId))] })).toEqual(
        websites.slice(rank),
      );
      expect(await read({ filter: [where('websiteId', { equals: websiteId })] })).toEqual([websiteId]);
    }
  });
}
