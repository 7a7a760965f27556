import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { creditsFromScratch, keptCredits } from '../support/kept-credits.ts';
import { inOneCommit } from '../support/one-commit.ts';
import { StoreRoom } from '../support/store-room.ts';
import { engines, type OpenedStore } from './engines.ts';

describe.each(engines)('credits are what they would be from scratch on $name', ({ open }) => {
  let opened: OpenedStore;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.dispose());

  async function opening(): Promise<StoreRoom> {
    return StoreRoom.open(() => opened.store);
  }

  async function convert(room: StoreRoom): Promise<void> {
    const { organizationId, now } = room;
    await room.convert('c', { conversionId: `${organizationId}_1`, amount: 100, occurredTime: now });
  }

  async function expectAsFromScratch({ organizationId }: StoreRoom): Promise<void> {
    const [found] = await opened.rows(
      `SELECT organization_id FROM organizations WHERE public_id = '${organizationId}'`,
    );
    const organization = Number(found?.['organization_id']);
    const [kept, made] = await Promise.all([
      keptCredits(opened.rows, organization, 1),
      creditsFromScratch(opened.rows, organization, 1),
    ]);
    expect(Object.keys(kept.credits)).not.toEqual([]);
    expect(kept.credits).toEqual(made.credits);
    expect(kept.refundCredits).toEqual(made.refundCredits);
    expect(kept.firsts).toEqual(made.firsts);
  }

  test('after all lead sources of a customer were deleted', async () => {
    const room = await opening();
    await room.add('c', { source: 'a' }, { occurredTime: room.now - 1000 });
    await convert(room);
    await expectAsFromScratch(room);
    await room.remove('c');
    await expectAsFromScratch(room);
  });

  test('after a lead source was put in the moment of a conversion', async () => {
    const room = await opening();
    await room.add('c', { source: 'a' }, { occurredTime: room.now - 1000 });
    await convert(room);
    await room.put('c', { source: 'b' });
    await expectAsFromScratch(room);
  });

  test('after a touch was withdrawn', async () => {
    const room = await opening();
    const { touch } = await room.add('c', { source: 'a' }, { occurredTime: room.now - 1000 });
    await room.add('c', { source: 'b' }, { occurredTime: room.now - 500 });
    await convert(room);
    await room.withdraw('removeTouches', 'c', [touch.key]);
    await expectAsFromScratch(room);
  });

  test('after a visit of a linked visitor was captured late', async () => {
    const room = await opening();
    await room.link('c', 'visitor01', room.now - 5000);
    await convert(room);
    await room.capture('visitor01', { source: 'a' }, { occurredTime: room.now - 1000 });
    await expectAsFromScratch(room);
  });

  test('after a visit became that of another customer', async () => {
    const room = await opening();
    await room.capture('visitor01', { source: 'a' }, { occurredTime: room.now - 1000 });
    await room.link('c', 'visitor01', room.now - 5000);
    await convert(room);
    await room.link('d', 'visitor01', room.now - 2000);
    await expectAsFromScratch(room);
  });

  test('after a visitor whom nobody knew became a customer who had paid', async () => {
    const room = await opening();
    await room.capture('visitor01', { source: 'a' }, { occurredTime: room.now - 1000 });
    await room.add('c', { source: 'b' }, { occurredTime: room.now - 500 });
    await convert(room);
    await room.link('c', 'visitor01', room.now - 5000);
    await expectAsFromScratch(room);
  });

  test('after a conversion was told of that was before the first', async () => {
    const room = await opening();
    await room.add('c', { source: 'a' }, { occurredTime: room.now - 9000 });
    await convert(room);
    await room.convert('c', { conversionId: `${room.organizationId}_0`, occurredTime: room.now - 5000 });
    await expectAsFromScratch(room);
  });

  test('after a touch came with the conversion that it led to, and behind all others of its customer', async () => {
    const room = await opening();
    const { organizationId, now } = room;
    await room.add('c', { source: 'a' }, { occurredTime: now - 9000 });
    await room.convert('c', { conversionId: `${organizationId}_early`, occurredTime: now - 8000 });
    await inOneCommit<unknown>(opened.store, [
      convert(room),
      room.add('c', { source: 'b' }, { occurredTime: now - 1000 }),
    ]);
    await expectAsFromScratch(room);
  });

  test('after a touch of the moment of the latest conversion', async () => {
    const room = await opening();
    await room.add('c', { source: 'a' }, { occurredTime: room.now - 1000 });
    await convert(room);
    await room.add('c', { source: 'b' });
    await expectAsFromScratch(room);
  });

  test('after a touch of years ago came with a conversion of today', async () => {
    const room = await opening();
    const old = room.now - 800 * 86_400_000;
    await room.add('c', { source: 'a' }, { occurredTime: old - 2000 });
    await room.convert('c', { conversionId: `${room.organizationId}_0`, occurredTime: old });
    await inOneCommit<unknown>(opened.store, [
      room.add('c', { source: 'b' }, { occurredTime: old - 1000 }),
      convert(room),
    ]);
    await expectAsFromScratch(room);
  });

  test('after a conversion, a refund of it and a merge came together', async () => {
    const room = await opening();
    await room.add('c', { source: 'a' }, { occurredTime: room.now - 1000 });
    await room.add('t', { source: 'b' }, { occurredTime: room.now - 500 });
    await room.convert('t', { conversionId: `${room.organizationId}_0`, occurredTime: room.now - 1 });
    await inOneCommit<unknown>(opened.store, [
      convert(room),
      room.refund(`${room.organizationId}_1`, { amount: '0.40' }),
      room.merge('c', 't'),
      room.refund(`${room.organizationId}_0`, { amount: '0.10' }),
    ]);
    await expectAsFromScratch(room);
  });
});
