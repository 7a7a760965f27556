import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { touchId } from '../../../src/domain/touch.ts';
import { Session } from '../../../src/storage/postgres/session.ts';
import { failureOf } from '../../support/failures.ts';
import { creditsFromScratch, keptCredits } from '../../support/kept-credits.ts';
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

test.each([
  ['by the id that it was given', (_key: number, place: number) => `given-${place}`],
  ['by its own id', (key: number) => touchId({ touch: { key }, givenId: null })],
])('undoing one touch of a long history, %s, reads it and the ends of the history', async (_how, idOf) => {
  const room = await StoreRoom.open(() => opened.store);
  const start = room.now - 1000;
  const told = Array.from({ length: 300 }, (_none, place) => ({
    ...{ customerId: 'c', givenId: idOf(1, place).startsWith('given') ? `given-${place}` : null },
    ...{ given: { source: `s${place}` }, occurredTime: start + place },
  }));
  await room.addAll(await room.begin('i'), told);
  const keys = (await room.touches('c'))?.map(({ touch }) => touch.key) ?? [];
  const ends = async () => {
    const { original, current } = (await room.customer('c'))?.leadSource ?? {};
    return [original, current].map((touch) => touch?.leadSource.source);
  };
  const counted = countRows();
  for (const [place, left] of [
    [150, ['s0', 's299']],
    [0, ['s1', 's299']],
    [299, ['s1', 's298']],
  ] as const) {
    counted.touches = 0;
    await room.undo('c', idOf(keys[place] ?? 0, place));
    expect(counted.touches).toBeLessThan(50);
    expect(await ends()).toEqual(left);
    expect(await failureOf(room.undo('c', idOf(keys[place] ?? 0, place)))).toBe('not-found');
  }
  expect(await room.sources('c')).toHaveLength(297);
});

test('a touch is undone by its owner alone, not by another or by a merged id', async () => {
  const room = await StoreRoom.open(() => opened.store);
  await room.add('a', { source: 'google' }, { givenId: 'mine' });
  await room.convert('a');
  for (const id of ['b', 'merged']) await room.add(id, { source: 'bing' });
  await room.merge('merged', 'a');
  for (const id of ['b', 'merged', 'nobody'])
    expect(await failureOf(room.undo(id, 'mine'))).toBe('not-found');
  const keys = (await room.touches('a'))?.map(({ touch }) => touch.key) ?? [];
  expect(await room.withdraw('removeTouches', 'merged', keys)).toEqual({ touches: 0 });
  expect(await room.sources('a')).toEqual(['google', 'bing']);
});

test('undoing touches behind all conversions of their customer reads nothing that credits are made of', async () => {
  const room = await StoreRoom.open(() => opened.store);
  await room.put('c', { source: 'google' });
  await room.convert('c');
  room.now += 1000;
  for (const source of ['bing', 'ecosia', 'yandex']) await room.add('c', { source }, { givenId: source });
  const counted = countRows();
  await room.undo('c', 'ecosia');
  const keys = (await room.touches('c'))?.map(({ touch }) => touch.key) ?? [];
  expect(await room.withdraw('removeTouches', 'c', keys.slice(1))).toEqual({ touches: 2 });
  expect(counted).toMatchObject({ conversions: 0, refunds: 0, credits: 0 });
  const { rows } = opened;
  const [kept, made] = [await keptCredits(rows, 1, 1), await creditsFromScratch(rows, 1, 1)];
  expect(kept.credits).toEqual(made.credits);
});

test('undoing a touch reads the conversions since then, and the touches that these may be credited to', async () => {
  const room = await StoreRoom.open(() => opened.store);
  const day = 86_400_000;
  const start = room.now - 1000 * day;
  for (let place = 0; place < 20; place++) {
    const occurredTime = start + place * 50 * day;
    await room.add('c', { source: `s${place}` }, { givenId: `given-${place}`, occurredTime });
    await room.convert('c', { conversionId: `cnv_of_c_${place}`, occurredTime: occurredTime + day });
    await room.refund(`cnv_of_c_${place}`, { amount: '0.10' });
  }
  const keys = (await room.touches('c'))?.map(({ touch }) => touch.key) ?? [];
  const counted = countRows();
  await room.undo('c', 'given-17');
  // Each conversion is credited to the touches of 90 days, of which there are two, and so is its refund. Settings may look back a
  // year; of so few touches, all are taken for the ends of the history.
  expect(counted).toEqual({ touches: 20 + 10, conversions: 3, refunds: 3, credits: 2 * 2 * 3 });
  for (const count in counted) counted[count as keyof typeof counted] = 0;
  expect(await room.withdraw('removeTouches', 'c', [keys[18] ?? 0, keys[16] ?? 0])).toEqual({ touches: 2 });
  expect(counted).toMatchObject({ conversions: 4, refunds: 4 });
  const { rows } = opened;
  const [kept, made] = [await keptCredits(rows, 1, 1), await creditsFromScratch(rows, 1, 1)];
  expect([kept.credits, kept.refundCredits]).toEqual([made.credits, made.refundCredits]);
});
