import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SpendDimension, spendDimensions } from '../../src/domain/spend.ts';
import { StoreRoom } from '../support/store-room.ts';
import { engines, type OpenedStore } from './engines.ts';

type Unnamed = { readonly [Dimension in SpendDimension]: null };

describe.each(engines)('the sums on $name', ({ open }) => {
  let opened: OpenedStore;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.dispose());

  test('of what one lead source earns in a year stay below 2^63, and a write that would go beyond leaves nothing', async () => {
    const room = await StoreRoom.open(() => opened.store);
    await room.put('c', { source: 'google' });
    await room.convert('c', { conversionId: 'one' });
    // As if earned in other months.
    await opened.change('UPDATE credit_years SET revenue_first = 9223372036854775807 - 999');
    const beyond = room.convert('c', { conversionId: 'two', amount: 1000 });
    // In the same batch, since neither waits for the other.
    const within = room.convert('d', { conversionId: 'four', amount: 1000 });
    await expect(beyond).rejects.toMatchObject({
      code: 'invalid',
      message:
        'This would make what one lead source, or none, earned or was refunded in one year 2^63 minor units or more in one currency.',
      invalidFields: [{ field: '', message: expect.stringContaining('2^63') }],
    });
    await within;
    const counted = await opened.rows(
      'SELECT (SELECT count(*) FROM conversions) AS conversions, (SELECT count(*) FROM credits) AS credits',
    );
    expect(counted.map((row) => [Number(row['conversions']), Number(row['credits'])])).toEqual([[2, 2]]);
    await room.convert('c', { conversionId: 'three', amount: 999 });
  });

  test('of several lead sources, and of what was spent, are exact whatever their size', async () => {
    const room = await StoreRoom.open(() => opened.store);
    const { organizationId, store } = room;
    for (const source of ['google', 'bing', 'yahoo']) {
      await room.put(source, { source });
      await room.convert(source);
    }
    await opened.change('UPDATE credit_years SET revenue_first = 9223372036854775807, refunds_last = 5');
    const tupleKeys = await store.read.tupleKeys(organizationId);
    const span = { bucket: 0, from: -1_000_000, until: 1_000_000 };
    const { revenue, refunds } = await store.read.creditSums(organizationId, {
      settingsVersion: (await store.read.creditsInForce(organizationId)).settingsVersion,
      currency: 'EUR',
      models: ['first', 'last'],
      dateBasis: 'conversion',
      spans: { years: [span], months: [], days: [], moments: [] },
      touchFilter: [],
      groups: { tupleKeys, groups: tupleKeys.map(() => 1) },
    });
    expect([...revenue].map(String)).toEqual([String(3n * (2n ** 63n - 1n)), '3000']);
    expect([...refunds].map(String)).toEqual(['0', '15']);
    const unnamed = Object.fromEntries(spendDimensions.map((name) => [name, null])) as Unnamed;
    const entries = [1, 2].map((day) => ({ ...unnamed, day, currency: 'EUR', amount: 1, updatedTime: 1 }));
    await store.write('putSpend', { organizationId, entries });
    await opened.change('UPDATE spend SET amount = 9223372036854775807');
    const spent = await store.read.spendSums(organizationId, 'EUR', [span]);
    expect(spent.map(({ amount }) => amount)).toEqual([2n * (2n ** 63n - 1n)]);
  });
});
