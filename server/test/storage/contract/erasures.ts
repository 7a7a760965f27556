import { expect, test } from 'vitest';
import { erasedNameHash } from '../../../src/storage/store.ts';
import { failureOf } from '../../support/failures.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

const visitor = 'visitor-of-jane';
const once = { route: 'POST /x', key: 'key-of-jane', contentDigest: 'd' };

/** A customer of whom everything is known that can be. */
async function addPerson(ground: StoreRoom): Promise<void> {
  const details = { clickId: 'click', path: '/p', referrer: 'https://x.example/' };
  await ground.put('jane-before', { source: 'old', ...details });
  await ground.save('jane', { facts: { websiteId: 'shop', customFields: { mail: 'jane@x.example' } } });
  await ground.merge('jane-before', 'jane');
  await ground.add('jane', { source: 'ad', ...details }, { givenId: 'touch-of-jane', once });
  await ground.capture(visitor, { source: 'seen', ...details });
  await ground.link('jane', visitor);
}

export function erasureContract(contract: ContractGround): void {
  removals(contract);
  money(contract);
  memories(contract);
}

function removals({ room, reopen, heardRoom }: ContractGround): void {
  test('campaigns and times stay, under an id that nobody had', async () => {
    const ground = await room();
    await addPerson(ground);
    const before = await ground.touches('jane');
    ground.now += 1000;
    const counts = await ground.erase('jane');
    expect(counts).toMatchObject({ touches: 3, aliases: 1, visitors: 1, answers: 1 });
    await reopen();
    const after = await ground.touches('erased');
    const bare = { clickId: null, path: null, referrer: null };
    expect(after).toEqual(
      before?.map(({ touch, ...listed }) => ({
        ...listed,
        givenId: null,
        touch: { ...touch, leadSource: { ...touch.leadSource, ...bare } },
      })),
    );
    expect(await ground.customer('erased')).toMatchObject({
      websiteId: 'shop',
      customFields: {},
      updatedTime: ground.now,
      leadSource: { original: after?.[0]?.touch },
    });
  });

  test('whatever named the customer is gone, and names another from then on', async () => {
    const ground = await heardRoom();
    await addPerson(ground);
    await ground.erase('jane');
    expect(await ground.events()).toEqual([]);
    for (const id of ['jane', 'jane-before']) {
      expect(await ground.customer(id)).toBeNull();
      expect(await failureOf(ground.erase(id))).toBe('not-found');
      await ground.put(id, { source: 'anew' });
      expect(await ground.sources(id)).toEqual(['anew']);
    }
    await ground.add('other', { source: 'x' }, { givenId: 'touch-of-jane', once });
    await ground.capture(visitor, { source: 'y' });
    expect(await ground.sources('erased')).toEqual(['old', 'ad', 'seen']);
    const entries = (await ground.timeline('erased'))?.items ?? [];
    // The creation, three touches, and the link that brought one of them.
    expect(entries.map(({ mergedCustomerId }) => mergedCustomerId)).toEqual(Array(5).fill(null));
  });

  test('an id that stands for a customer erases it, and no other customer changes', async () => {
    const ground = await room();
    await addPerson(ground);
    ground.now += 1;
    await ground.put('other', { source: 'x', path: '/mine' });
    await ground.link('other', visitor);
    const before = [await ground.customer('other'), await ground.touches('other')];
    await ground.erase('jane-before');
    expect(await ground.customer('jane')).toBeNull();
    expect([await ground.customer('other'), await ground.touches('other')]).toEqual(before);
    ground.now += 60_000;
    await ground.capture(visitor, { source: 'again' });
    expect(await ground.sources('other')).toEqual(['x', 'again']);
  });

  test('a customer without a lead source is erased, one of whom nobody has heard is not', async () => {
    const ground = await room();
    await ground.save('bare');
    expect(await ground.erase('bare')).toMatchObject({ touches: 0, visitors: 0 });
    expect(await ground.customer('erased')).toMatchObject({ leadSource: null });
    expect(await failureOf(ground.erase('nobody'))).toBe('not-found');
  });

  test('writes that come at the same time are for the customer before or for a new one', async () => {
    const ground = await room();
    await ground.put('jane', { source: 'first' });
    const adding = Array.from({ length: 20 }, (_, place) => ground.add('jane', { source: `${place}` }));
    const [counts] = await Promise.all([ground.erase('jane'), ...adding]);
    const [erased, anew] = [await ground.sources('erased'), await ground.touches('jane')];
    expect(erased).toHaveLength(counts.touches);
    expect(erased.length + (anew?.length ?? 0)).toBe(21);
  });
}

function money({ room }: ContractGround): void {
  test('conversions and refunds stay, with amounts and times, under ids that nobody gave', async () => {
    const ground = await room();
    const [conversionId, refundId] = [
      `order-of-jane-${ground.organizationId}`,
      `refund-${ground.organizationId}`,
    ];
    await addPerson(ground);
    const told = {
      conversionId,
      orderId: 'order-of-jane',
      metadata: { mail: 'jane@x.example' },
      amount: 1234,
    };
    const { conversion } = await ground.convert('jane', told);
    await ground.refund(conversionId, { refundId, amount: '0.34' });
    const newCustomerId = `erased_${'0'.repeat(32)}`;
    expect(await ground.erase('jane', { newCustomerId })).toMatchObject({ conversions: 1, refunds: 1 });
    const query = { limit: 10, offset: 0, sort: [], filter: [], credited: null, counted: null };
    const { items } = await ground.store.read.conversions(ground.organizationId, query);
    const id = `erased_${'0'.repeat(20)}_${conversion.key}`;
    const { key, amount, currency, occurredTime } = conversion;
    const stays = { key, amount, currency, occurredTime, refundedAmount: 34 };
    expect(items).toMatchObject([
      { customerId: newCustomerId, conversion: { ...stays, id, orderId: null, metadata: {} } },
    ]);
    const refunds = await ground.store.read.refunds(ground.organizationId, id, { limit: 10, offset: 0 });
    expect(refunds?.items).toMatchObject([{ id: expect.stringMatching(/^erased_0{20}_\d+$/), amount: 34 }]);
    expect(await ground.store.read.conversion(ground.organizationId, conversionId)).toBeNull();
    await ground.convert('other', { conversionId });
    expect((await ground.customer(newCustomerId))?.conversionTimes).toEqual({
      first: occurredTime,
      latest: occurredTime,
    });
  });
}

function memories({ room, reopen }: ContractGround): void {
  test('an erasure is known by hashes of the ids, which are other ones in each organization', async () => {
    const [ground, other] = [await room(), await room()];
    await addPerson(ground);
    await ground.erase('jane', { erasureId: 'era_1' });
    await reopen();
    const names = ['jane', 'jane-before'];
    const hashes = names.map((name) => erasedNameHash(ground.organizationId, name));
    const { read } = ground.store;
    expect(await read.erasures(ground.organizationId, null, 10)).toEqual([
      { id: 'era_1', hashes, actor: 'key_test', erasedTime: ground.now },
    ]);
    expect(await read.erasures(ground.organizationId, 'era_1', 10)).toEqual([]);
    expect(await read.erasures(other.organizationId, null, 10)).toEqual([]);
    expect(hashes).not.toContain(erasedNameHash(other.organizationId, 'jane'));
  });

  test('one that is done again keeps the hashes that it is done by', async () => {
    const ground = await room();
    const { store, organizationId, actor, now } = ground;
    await ground.put('a', { source: 'x' });
    await ground.put('b', { source: 'y' });
    const again = { erasureId: 'era_2', hashes: ['h', 'i'] };
    await ground.erase('a', { ...again, newCustomerId: 'erased-a' });
    await ground.erase('b', { ...again, newCustomerId: 'erased-b' });
    for (const erasureId of ['era_2', 'era_3']) {
      await store.write('noteErasure', { organizationId, erasureId, hashes: ['j'], actor, now });
    }
    const kept = await store.read.erasures(organizationId, null, 10);
    expect(kept.map(({ id, hashes }) => [id, hashes])).toEqual([
      ['era_2', ['h', 'i']],
      ['era_3', ['j']],
    ]);
  });

  test('the ids of customers and those that stand for some can be gone through', async () => {
    const ground = await room();
    for (const id of ['a', 'b', 'c']) await ground.put(id, { source: id });
    await ground.merge('a', 'c');
    const { customerNames } = ground.store.read;
    const namesOf = (source: 'customers' | 'aliases', after: string | null, limit: number) =>
      customerNames(ground.organizationId, source, after, limit);
    expect(await namesOf('customers', null, 1)).toEqual([{ name: 'b', customerId: 'b' }]);
    expect(await namesOf('customers', 'b', 9)).toEqual([{ name: 'c', customerId: 'c' }]);
    expect(await namesOf('aliases', null, 9)).toEqual([{ name: 'a', customerId: 'c' }]);
  });
}
