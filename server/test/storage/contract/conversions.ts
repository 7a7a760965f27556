import { expect, test } from 'vitest';
import { failureOf } from '../../support/failures.ts';
import { inOneCommit } from '../../support/one-commit.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

const page = { limit: 10, offset: 0 };

function refundsOf({ store, organizationId }: StoreRoom, conversionId: string) {
  return store.read.refunds(organizationId, conversionId, page);
}

export function conversionContract({ room, heardRoom }: ContractGround): void {
  test('one that is told again is answered as it is, and by the name of whom it came to', async () => {
    const ground = await room();
    const told = { conversionId: 'order', occurredTime: ground.now - 5 };
    const first = await ground.convert('c', told);
    expect(first).toMatchObject({ customerId: 'c', recorded: true });
    expect(await ground.convert('c', told)).toEqual({ ...first, recorded: false });
    expect(await failureOf(ground.convert('c', { ...told, amount: 999 }))).toBe('conflict');
    expect(await failureOf(ground.convert('other', told))).toBe('conflict');
    await ground.save('t');
    await ground.merge('c', 't');
    expect(await ground.convert('c', told)).toEqual({ ...first, customerId: 't', recorded: false });
  });

  test('a refund that is told again is answered as it is, and takes nothing twice', async () => {
    const ground = await room();
    await ground.convert('c', { conversionId: 'order', amount: 500, occurredTime: ground.now - 5 });
    const told = { refundId: 'back', amount: '1.00', occurredTime: ground.now };
    const first = await ground.refund('order', told);
    expect(first).toMatchObject({ customerId: 'c', conversion: { refundedAmount: 100 }, recorded: true });
    expect(await ground.refund('order', told)).toEqual({ ...first, recorded: false });
    expect(await failureOf(ground.refund('order', { ...told, amount: '2.00' }))).toBe('conflict');
    expect(await failureOf(ground.refund('unknown', told))).toBe('not-found');
    expect((await refundsOf(ground, 'order'))?.total).toBe(1);
  });

  test('each is told with its own refunds alone, and everything with who wrote it', async () => {
    const ground = await room();
    const { store, organizationId } = ground;
    const told = ['first', 'second', 'third'];
    for (const [place, id] of told.entries()) {
      ground.actor = `key of the ${id}`;
      await ground.convert(place < 2 ? 'c' : 'other', { conversionId: id, occurredTime: ground.now - place });
      await ground.refund(id, { refundId: `of the ${id}`, amount: '1.00', occurredTime: ground.now });
    }
    const sort = [{ field: 'occurredTime', descending: true }] as const;
    const { items } = await store.read.conversions(organizationId, {
      ...{ ...page, filter: [], sort, credited: null, counted: null },
    });
    for (const [place, id] of told.entries()) {
      const own = { customerId: place < 2 ? 'c' : 'other', conversion: { id, actor: `key of the ${id}` } };
      expect(items[place]).toMatchObject(own);
      expect(await store.read.conversion(organizationId, id)).toMatchObject(own);
      const refund = { id: `of the ${id}`, actor: `key of the ${id}` };
      expect(await refundsOf(ground, id)).toMatchObject({ total: 1, items: [refund] });
      const again = await ground.refund(id, {
        refundId: refund.id,
        amount: '1.00',
        occurredTime: ground.now,
      });
      expect(again).toMatchObject({ recorded: false, ...own, refund });
    }
  });

  test('one, its refunds and both told again come together as they would one by one', async () => {
    const ground = await room();
    const sale = { conversionId: 'order', amount: 500, occurredTime: ground.now };
    const back = { refundId: 'back', amount: '1.00', occurredTime: ground.now };
    const outcomes = await inOneCommit<{ recorded: boolean }>(ground.store, [
      ground.convert('c', sale),
      ground.refund('order', back),
      ground.convert('c', sale),
      ground.refund('order', back),
      ground.refund('order', { amount: '0.50' }),
    ]);
    expect(outcomes.map(({ recorded }) => recorded)).toEqual([true, true, false, false, true]);
    const { store, organizationId } = ground;
    expect(await store.read.conversion(organizationId, 'order')).toMatchObject({
      customerId: 'c',
      conversion: { amount: 500, refundedAmount: 150 },
    });
    expect((await refundsOf(ground, 'order'))?.items.map(({ amount }) => amount)).toEqual([100, 50]);
    expect((await ground.customer('c'))?.conversionTimes).toEqual({ first: ground.now, latest: ground.now });
  });

  test('one that comes with a merge is whose the customer is then, and so are its refunds', async () => {
    const ground = await room();
    await ground.put('t', { source: 'a' });
    await inOneCommit<unknown>(ground.store, [
      ground.convert('d', { conversionId: 'before', amount: 500 }),
      ground.refund('before', { amount: '1.00' }),
      ground.merge('d', 't'),
      ground.refund('before', { amount: '2.00' }),
      ground.convert('d', { conversionId: 'after' }),
    ]);
    const { store, organizationId } = ground;
    for (const [id, refundedAmount] of Object.entries({ before: 300, after: 0 })) {
      const kept = await store.read.conversion(organizationId, id);
      expect(kept).toMatchObject({ customerId: 't', conversion: { refundedAmount } });
    }
    expect(await ground.refund('before', { amount: null })).toMatchObject({ customerId: 't' });
    expect((await refundsOf(ground, 'before'))?.total).toBe(3);
  });

  test('the customer that comes with one is told of, unless it is not to be announced', async () => {
    const ground = await heardRoom();
    await ground.convert('silent', { announces: false });
    await ground.convert('told');
    expect(await ground.events()).toMatchObject([{ type: 'customer-created', customerId: 'told' }]);
  });

  test('what was answered about it is deleted with what names its customer', async () => {
    const ground = await room();
    const once = { route: 'POST /x', contentDigest: 'd' };
    const sell = () => ground.convert('c', { conversionId: 'order', once: { ...once, key: 'sale' } });
    const giveBack = () => ground.refund('order', { refundId: 'back', once: { ...once, key: 'refund' } });
    await ground.put('c', { source: 'a' });
    const [sale, refund] = [await sell(), await giveBack()];
    expect([await sell(), await giveBack()]).toEqual([sale, refund]);
    await ground.remove('c');
    expect([await failureOf(sell()), await failureOf(giveBack())]).toEqual(['conflict', 'conflict']);
  });

  test.each([
    ['few', { limit: 20, offset: 0 }],
    ['as many as a page has', { limit: 20, offset: 4 }],
    ['far more than a page has', { limit: 1, offset: 1 }],
  ])('those of one kind, %s, are listed in their order', async (_words, { limit, offset }) => {
    const ground = await room();
    const told = Array.from({ length: 48 }, (_, place) => {
      return {
        conversionId: `o${place}`,
        type: place % 2 === 0 ? 'renewal' : 'sale',
        order: (place * 7) % 12,
      };
    });
    for (const [place, { order, ...conversion }] of told.entries())
      await ground.convert(`c${place % 5}`, { ...conversion, occurredTime: ground.now - order });
    const list = await ground.store.read.conversions(ground.organizationId, {
      filter: [{ field: 'type', negated: false, alternatives: [{ equals: 'renewal' }] }],
      sort: [{ field: 'occurredTime', descending: true }],
      ...{ credited: null, counted: null, limit, offset },
    });
    const expected = told
      .filter(({ type }) => type === 'renewal')
      .toSorted((one, other) => one.order - other.order || (one.conversionId < other.conversionId ? 1 : -1))
      .map(({ conversionId }) => conversionId);
    expect(list.items.map(({ conversion }) => conversion.id)).toEqual(expected.slice(offset, offset + limit));
    expect(list.total).toBe(24);
  });

  test('those of any of very many lead sources are listed, and none where there is none of these', async () => {
    const ground = await room();
    await ground.put('c', { source: 'a' });
    await ground.convert('c', { conversionId: 'order' });
    await ground.convert('nobody', { conversionId: 'of nobody' });
    const { read } = ground.store;
    const { settingsVersion } = await read.creditsInForce(ground.organizationId);
    const keys = await read.tupleKeys(ground.organizationId);
    const others = Array.from({ length: 70_000 }, (_, place) => 1_000_000 + place);
    const listed = async (tuples: readonly number[]) => {
      const credited = { settingsVersion, tuples, touchFilter: [], models: ['last'] } as const;
      const query = { filter: [], sort: [], credited, counted: null };
      const { items, total } = await read.conversions(ground.organizationId, { ...query, ...page });
      expect(total).toBe(items.length);
      return items.map(({ conversion }) => conversion.id);
    };
    expect(await listed([...others, ...keys])).toEqual(['order']);
    expect(await listed(others)).toEqual([]);
    expect(await listed([])).toEqual([]);
  });
}
