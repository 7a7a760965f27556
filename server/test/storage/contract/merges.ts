import { expect, test } from 'vitest';
import { leadSourceEntityTag } from '../../../src/domain/customer.ts';
import { failureOf } from '../../support/failures.ts';
import type { ContractGround } from './ground.ts';

export function mergeContract({ room, reopen, heardRoom }: ContractGround): void {
  test("the target takes the duplicate's touches in, by time", async () => {
    const ground = await room();
    for (const [id, source] of [
      ['d', '1'],
      ['t', '2'],
      ['d', '3'],
      ['t', '4'],
    ] as const) {
      ground.now += 1;
      await ground.put(id, { source });
    }
    ground.now += 1;
    await ground.merge('d', 't');
    expect(await ground.sources('t')).toEqual(['1', '2', '3', '4']);
    expect((await ground.customer('t'))?.leadSource).toMatchObject({
      original: { leadSource: { source: '1' } },
      current: { leadSource: { source: '4' } },
      createdTime: ground.now - 4,
      updatedTime: ground.now,
      latestOccurredTime: ground.now - 1,
    });
    const positions = ((await ground.touches('t')) ?? []).map(({ position }) => position);
    expect(positions).toEqual(['original', 'intermediary', 'intermediary', 'most-recent']);
  });

  test('touches of one moment stand in the order they arrived', async () => {
    const ground = await room();
    for (const [id, source] of [
      ['t', '1'],
      ['d', '2'],
      ['t', '3'],
      ['d', '4'],
    ] as const)
      await ground.put(id, { source });
    await ground.merge('d', 't');
    expect(await ground.sources('t')).toEqual(['1', '2', '3', '4']);
  });

  test.each([
    ["a target without lead source takes the duplicate's over", 'd'],
    ["a duplicate without lead source leaves the target's as it is", 't'],
    ['two without lead sources are one without', null],
  ] as const)('%s', async (_words, holder) => {
    const ground = await room();
    await ground.save('d');
    await ground.save('t');
    if (holder !== null) await ground.put(holder, { source: holder });
    const before = await ground.customer('t');
    await ground.merge('d', 't');
    expect(await ground.sources('t')).toEqual(holder === null ? [] : [holder]);
    if (holder === 't') expect((await ground.customer('t'))?.leadSource).toEqual(before?.leadSource);
  });

  test('the old id is unknown to reads and removals', async () => {
    const ground = await room();
    await ground.put('d', { source: 'd' });
    await ground.put('t', { source: 't' });
    await ground.merge('d', 't');
    expect(await ground.customer('d')).toBeNull();
    expect(await ground.touches('d')).toBeNull();
    expect(await failureOf(ground.remove('d'))).toBe('not-found');
    expect((await ground.customers()).items.map(({ id }) => id)).toEqual(['t']);
  });

  test('the old id stands for its target in every write', async () => {
    const ground = await room();
    await ground.save('d');
    await ground.save('t');
    await ground.save('other');
    await ground.merge('d', 't');
    expect((await ground.put('d', { source: 'put' })).customer.id).toBe('t');
    expect((await ground.save('d', { facts: { websiteId: 'web' } })).customer).toMatchObject({
      id: 't',
      websiteId: 'web',
    });
    await ground.merge('other', 'd');
    await ground.put('other', { source: 'later' });
    expect(await ground.sources('t')).toEqual(['put', 'later']);
    expect((await ground.customers()).total).toBe(1);
  });

  test('chains of merges lead to the last target, also after the store is opened again', async () => {
    const ground = await room();
    const ids = ['a', 'b', 'c', 'd'];
    for (const id of ids) await ground.put(id, { source: id });
    await ground.merge('a', 'b');
    await ground.merge('b', 'c');
    await ground.merge('c', 'd');
    await reopen();
    for (const id of ids) {
      ground.now += 1;
      expect((await ground.put(id, { source: `again ${id}` })).customer.id).toBe('d');
    }
    expect(await ground.sources('d')).toEqual([...ids, ...ids.map((id) => `again ${id}`)]);
  });

  test.each([
    ['unknown', 't', 'not-found'],
    ['t', 'unknown', 'not-found'],
    ['unknown', 'unknown', 'not-found'],
    ['alias', 't', 'not-found'],
    ['t', 't', 'invalid'],
    ['t', 'alias', 'invalid'],
  ] as const)('merging %s into %s fails with %s and changes nothing', async (duplicate, target, failure) => {
    const ground = await heardRoom();
    await ground.put('t', { source: 't' });
    await ground.save('alias');
    await ground.merge('alias', 't');
    const before = [await ground.customers(), await ground.events()];
    expect(await failureOf(ground.merge(duplicate, target))).toBe(failure);
    expect([await ground.customers(), await ground.events()]).toEqual(before);
  });

  test('facts of the target stay as they are', async () => {
    const ground = await room();
    await ground.save('d', { facts: { websiteId: 'd', customFields: { d: 1 } } });
    await ground.save('t', { facts: { websiteId: 't', customFields: { t: 1 } } });
    await ground.merge('d', 't');
    expect(await ground.customer('t')).toMatchObject({ websiteId: 't', customFields: { t: 1 }, revision: 2 });
  });

  test.each([
    ['what both say shows', ['d', 't']],
    ['the duplicate only adds to what stands between', ['t', 'd', 'd', 'd', 't']],
  ])('no entity tag of the duplicate holds for the target where %s', async (_words, order) => {
    const ground = await room();
    for (const [place, id] of order.entries()) {
      ground.now += 1;
      await ground.put(id, { source: String(place) });
    }
    const tag = leadSourceEntityTag(await ground.customer('d')) ?? '';
    await ground.merge('d', 't');
    expect(await failureOf(ground.put('d', { source: 'x' }, { ifMatch: [tag] }))).toBe('precondition-failed');
  });

  test('touches that are told again with a merge are known, whosever they are', async () => {
    const ground = await room();
    await ground.save('t');
    const tell = (id: string) => ground.add(id, { source: id }, { givenId: `of ${id}` });
    const [own, another] = [await tell('d'), await tell('other')];
    const [, ownAgain, anotherAgain] = await Promise.all([ground.merge('d', 't'), tell('d'), tell('other')]);
    expect(ownAgain).toEqual({ ...own, customerId: 't', added: false });
    expect(anotherAgain).toEqual({ ...another, added: false });
  });

  test("removing the target's lead source forgets the duplicate's, too", async () => {
    const ground = await room();
    await ground.put('d', { source: 'd' });
    await ground.put('t', { source: 't' });
    await ground.merge('d', 't');
    await ground.remove('t');
    expect(await ground.touches('t')).toEqual([]);
    await ground.put('d', { source: 'new' });
    expect(await ground.sources('t')).toEqual(['new']);
  });

  test('what is refunded just before a merge is refunded of the target', async () => {
    const ground = await room();
    const { store, organizationId } = ground;
    const conversionId = `order of ${organizationId}`;
    await ground.convert('d', { conversionId, amount: 1000 });
    await ground.save('t');
    await Promise.all([
      ground.put('other', { source: 'x' }),
      ground.refund(conversionId, { amount: '3.00' }),
      ground.merge('d', 't'),
    ]);
    expect(await store.read.conversion(organizationId, conversionId)).toMatchObject({
      customerId: 't',
      conversion: { refundedAmount: 300 },
    });
    const page = { limit: 10, offset: 0 };
    expect((await store.read.refunds(organizationId, conversionId, page))?.total).toBe(1);
  });
}
