import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Session } from '../../../src/storage/postgres/session.ts';
import { StoreRoom } from '../../support/store-room.ts';
import { type OpenedStore, openPostgres } from '../engines.ts';

let opened: OpenedStore;

beforeEach(async () => {
  opened = await openPostgres();
});
afterEach(() => opened.dispose());

/** Counts the rows that writes read from now on, by table. */
function countRows() {
  const counted = { touches: 0, conversions: 0, refunds: 0, credits: 0 };
  const read = Session.prototype.all;
  vi.spyOn(Session.prototype, 'all').mockImplementation(async function (this: Session, statement, values) {
    const rows = await read.call(this, statement, values);
    const table = / from "(?:refund_)?(touches|conversions|refunds|credits)"/.exec(statement.text)?.[1];
    if (table !== undefined) counted[table as keyof typeof counted] += rows.length;
    return rows as never;
  });
  return counted;
}

test('stripping touches reads the history, and nothing that credits are made of', async () => {
  const room = await StoreRoom.open(() => opened.store);
  const customerIds = ['a', 'b'];
  for (const customerId of customerIds) {
    await room.put(customerId, { source: 'google', clickId: 'gclid-1' });
    await room.put(customerId, { source: 'bing' });
    await room.convert(customerId, { conversionId: `cnv_${customerId}` });
    await room.refund(`cnv_${customerId}`, { amount: '0.10' });
  }
  const keys = await Promise.all(
    customerIds.map(async (id) => (await room.touches(id))?.map(({ touch }) => touch.key) ?? []),
  );
  const counted = countRows();
  const stripped = await Promise.all(
    customerIds.map((id, place) => room.withdraw('stripTouches', id, keys[place] ?? [])),
  );
  expect(stripped).toEqual([{ touches: 1 }, { touches: 1 }]);
  expect(counted).toEqual({ touches: 4, conversions: 0, refunds: 0, credits: 0 });
});
