import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Session } from '../../../src/storage/postgres/session.ts';
import { creditsFromScratch, keptCredits } from '../../support/kept-credits.ts';
import { StoreRoom } from '../../support/store-room.ts';
import { type OpenedStore, openPostgres } from '../engines.ts';

let opened: OpenedStore;

beforeEach(async () => {
  opened = await openPostgres();
});
afterEach(() => opened.dispose());

test('a conversion and a refund read none of the other conversions of their customer, nor their refunds', async () => {
  const room = await StoreRoom.open(() => opened.store);
  for (const source of ['google', 'bing']) await room.put('a', { source });
  for (let place = 0; place < 20; place++) await room.convert('a', { conversionId: `cnv_of_a_${place}` });
  for (let place = 10; place < 20; place++) await room.refund(`cnv_of_a_${place}`, { amount: '0.10' });
  let [credits, conversions, refunds] = [0, 0, 0];
  const read = Session.prototype.all;
  vi.spyOn(Session.prototype, 'all').mockImplementation(async function (this: Session, statement, values) {
    const rows = await read.call(this, statement, values);
    if (/ from "(refund_)?credits"/.test(statement.text)) credits += rows.length;
    if (/ from "conversions"/.test(statement.text)) conversions += rows.length;
    if (/ from "refunds"/.test(statement.text)) refunds += rows.length;
    return rows as never;
  });
  await room.convert('a');
  expect([credits, conversions, refunds]).toEqual([0, 0, 0]);
  // As named, and as what is credited anew.
  await room.refund('cnv_of_a_7', { amount: '0.40' });
  expect([credits, conversions, refunds]).toEqual([2, 2, 0]);
  await room.refund('cnv_of_a_7', { amount: '0.40' });
  expect([credits, conversions, refunds]).toEqual([2 + 4, 4, 1]);
  // Before all others: the one that was the first.
  [credits, conversions, refunds] = [0, 0, 0];
  await room.convert('a', { occurredTime: room.now - 5 });
  expect([credits, conversions, refunds]).toEqual([2, 1, 0]);
  // Twice in one batch, with a refund of the one that was the first.
  const first = { conversionId: 'cnv_first', occurredTime: room.now - 6 };
  await room.convert('a', first);
  await Promise.all([
    room.convert('a', { occurredTime: room.now - 7 }),
    room.refund('cnv_first', { amount: '0.40' }),
    room.convert('a', { occurredTime: room.now - 8 }),
  ]);
  // With one that changes all the others in the same batch.
  await Promise.all([
    room.refund('cnv_of_a_8', { amount: '0.40' }),
    room.add('a', { source: 'ecosia' }, { occurredTime: room.now - 1000 }),
    room.refund('cnv_of_a_9'),
  ]);
  // With a touch before a conversion of the same batch, and behind all others.
  room.now += 5000;
  await Promise.all([
    room.convert('a'),
    room.add('a', { source: 'yandex' }, { occurredTime: room.now - 1 }),
    room.refund('cnv_of_a_10'),
  ]);
  const { rows } = opened;
  const [kept, made] = [await keptCredits(rows, 1, 1), await creditsFromScratch(rows, 1, 1)];
  expect([kept.credits, kept.refundCredits]).toEqual([made.credits, made.refundCredits]);
  expect(kept.firsts).toEqual(made.firsts);
});

test('a conversion and a refund read only touches that may count for them', async () => {
  const room = await StoreRoom.open(() => opened.store);
  const day = 86_400_000;
  for (const [source, days] of [
    ['google', 1000],
    ['bing', 600],
    ['ecosia', 364],
    ['yandex', 3],
  ] as const) {
    await room.add('a', { source }, { occurredTime: room.now - days * day });
  }
  const read: string[] = [];
  const all = Session.prototype.all;
  vi.spyOn(Session.prototype, 'all').mockImplementation(async function (this: Session, statement, values) {
    const rows = await all.call(this, statement, values);
    if (/ from "touches" inner join/.test(statement.text))
      read.push(...rows.map((row) => String(Object(row).source)));
    return rows as never;
  });
  await room.convert('a', { conversionId: 'by-default' });
  await room.refund('by-default', { amount: '0.40' });
  expect(read.splice(0)).toEqual(['yandex', 'yandex']);
  // From now on also by the version in the making, whose settings look further back.
  await room.attribute({ lookbackDays: 365 });
  await room.convert('a', { conversionId: 'now' });
  expect(read.splice(0)).toEqual(['ecosia', 'yandex']);
  await room.refund('now', { amount: '0.40' });
  expect(read.splice(0)).toEqual(['ecosia', 'yandex']);
  // Another is no longer the first.
  await room.convert('a', { conversionId: 'then', occurredTime: room.now - 300 * day });
  expect(read.splice(0)).toEqual(['google', 'bing', 'ecosia', 'yandex']);
  // With a touch, of the same batch, that counts for one of both.
  await Promise.all([
    room.convert('a', { occurredTime: room.now - 100 * day }),
    room.add('a', { source: 'qwant' }, { occurredTime: room.now - 1 }),
    room.convert('b', { occurredTime: room.now - 500 * day }),
  ]);
  const { rows } = opened;
  const [kept, made] = [await keptCredits(rows, 1, 1), await creditsFromScratch(rows, 1, 1)];
  expect([kept.credits, kept.refundCredits, kept.firsts]).toEqual([
    made.credits,
    made.refundCredits,
    made.firsts,
  ]);
});

test('a build of credits reads each refund once, however many conversions its customer has', async () => {
  const room = await StoreRoom.open(() => opened.store);
  await room.put('a', { source: 'google' });
  for (let place = 0; place < 6; place++) {
    await room.convert('a', { conversionId: `cnv_${place}` });
    await room.refund(`cnv_${place}`, { amount: '0.10' });
  }
  const job = await room.attribute({ lookbackDays: 30 });
  let refunds = 0;
  const read = Session.prototype.all;
  vi.spyOn(Session.prototype, 'all').mockImplementation(async function (this: Session, statement, values) {
    const rows = await read.call(this, statement, values);
    if (/ from "refunds"/.test(statement.text)) refunds += rows.length;
    return rows as never;
  });
  for (let step = 0; step < 3; step++) expect((await room.buildCredits(job, 2)).conversions).toBe(2);
  expect(refunds).toBe(6);
  while (!(await room.buildCredits(job, 2)).isFinished);
  const { rows } = opened;
  const [kept, made] = [await keptCredits(rows, 1, 2), await creditsFromScratch(rows, 1, 2)];
  expect([kept.credits, kept.refundCredits]).toEqual([made.credits, made.refundCredits]);
});
