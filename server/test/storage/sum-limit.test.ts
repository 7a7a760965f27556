import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { StoreRoom } from '../support/store-room.ts';
import { engines, type OpenedStore } from './engines.ts';

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
    await expect(room.convert('c', { conversionId: 'two', amount: 1000 })).rejects.toThrow();
    const counted = await opened.rows(
      'SELECT (SELECT count(*) FROM conversions) AS conversions, (SELECT count(*) FROM credits) AS credits',
    );
    expect(counted.map((row) => [Number(row['conversions']), Number(row['credits'])])).toEqual([[1, 1]]);
    await room.convert('c', { conversionId: 'three', amount: 999 });
  });
});
