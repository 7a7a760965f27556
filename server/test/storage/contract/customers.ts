import { expect, test } from 'vitest';
import { completeLeadSource } from '../../../src/domain/lead-source.ts';
import { failureOf } from '../../support/failures.ts';
import type { ContractGround } from './ground.ts';

const awkwardFields = {
  empty: '',
  '': 1,
  __proto__x: null,
  nested: { list: [1, 'two', null, true, { deep: '😀' }] },
  large: 1e21,
  negative: -0.5,
};

export function customerContract({ room, heardRoom }: ContractGround): void {
  test('a customer nobody has heard of is null, and has no touches to list', async () => {
    const ground = await room();
    expect(await ground.customer('unknown')).toBeNull();
    expect(await ground.touches('unknown')).toBeNull();
  });

  test('a customer is created whole, without a lead source', async () => {
    const ground = await room();
    const facts = { websiteId: 'web', customFields: awkwardFields };
    const { customer, created } = await ground.save('c', { facts });
    expect(created).toBe(true);
    expect(customer).toEqual({
      id: 'c',
      ...facts,
      revision: 1,
      createdTime: ground.now,
      updatedTime: ground.now,
      leadSourceRevision: 0,
      leadSource: null,
      conversionTimes: null,
    });
    expect(await ground.customer('c')).toEqual(customer);
    expect(await ground.touches('c')).toEqual([]);
  });

  test('a customer saved with a lead source is one change', async () => {
    const ground = await room();
    const leadSource = completeLeadSource({ source: 'a' });
    await ground.save('c', { leadSource });
    expect(await ground.customer('c')).toMatchObject({
      revision: 1,
      leadSource: { current: { leadSource } },
    });
    ground.now += 1;
    const facts = { websiteId: 'web' };
    const { customer, created } = await ground.save('c', {
      facts,
      leadSource: completeLeadSource({ source: 'b' }),
    });
    expect(created).toBe(false);
    expect(customer).toMatchObject({
      revision: 2,
      leadSourceRevision: 2,
      websiteId: 'web',
      updatedTime: ground.now,
    });
    expect(await ground.sources('c')).toEqual(['a', 'b']);
  });

  test('a customer saved without a lead source keeps the one there is', async () => {
    const ground = await room();
    await ground.put('c', { source: 'a' });
    const before = (await ground.customer('c'))?.leadSource;
    const { customer } = await ground.save('c', { facts: { websiteId: 'web' } });
    expect(customer.leadSource).toEqual(before);
    expect(customer).toMatchObject({ revision: 2, leadSourceRevision: 1 });
  });

  test('a customer saved as it is does not change', async () => {
    const ground = await heardRoom();
    const facts = { websiteId: 'web', customFields: awkwardFields };
    const leadSource = completeLeadSource({ source: 'a' });
    const { customer } = await ground.save('c', { facts, leadSource });
    const events = await ground.events();
    ground.now += 1000;
    expect(await ground.save('c', { facts, leadSource })).toEqual({ customer, created: false });
    expect(await ground.customer('c')).toEqual(customer);
    expect(await ground.events()).toEqual(events);
  });

  test('facts are replaced whole', async () => {
    const ground = await room();
    await ground.save('c', { facts: { websiteId: 'web', customFields: { a: 1, b: 2 } } });
    await ground.save('c', { facts: { customFields: { b: 3 } } });
    expect(await ground.customer('c')).toMatchObject({
      websiteId: null,
      customFields: { b: 3 },
      revision: 2,
    });
    await ground.save('c');
    expect((await ground.customer('c'))?.customFields).toEqual({});
  });

  test('times of a customer never go backwards', async () => {
    const ground = await room();
    const { customer: before } = await ground.save('c');
    ground.now -= 5000;
    const { customer } = await ground.save('c', { facts: { websiteId: 'web' } });
    expect(customer).toMatchObject({ createdTime: before.createdTime, updatedTime: before.updatedTime });
  });

  test('a customer that must be new is refused where the id is taken', async () => {
    const ground = await room();
    await ground.put('lead', { source: 'a' });
    await ground.save('target');
    await ground.save('gone');
    await ground.merge('gone', 'target');
    const before = await ground.customers();
    for (const id of ['lead', 'target', 'gone']) {
      expect(await failureOf(ground.save(id, { facts: { websiteId: 'w' }, mustBeNew: true }))).toBe(
        'conflict',
      );
    }
    expect(await ground.customers()).toEqual(before);
    expect((await ground.save('new', { mustBeNew: true })).created).toBe(true);
  });

  test('ids are distinct by every character and case', async () => {
    const ground = await room();
    const ids = [
      'abc',
      'ABC',
      'Abc',
      'a.c',
      'a_c',
      'a-c',
      'a~c',
      'a@c',
      '__proto__',
      'constructor',
      'null',
      '0',
      '-1',
      '00',
      'NaN',
    ];
    for (const id of ids) await ground.put(id, { source: id });
    for (const id of ids) expect(await ground.sources(id)).toEqual([id]);
    expect((await ground.customers()).total).toBe(ids.length);
  });

  test('one organization sees nothing of another, not even under the same id', async () => {
    const [one, other] = [await heardRoom(), await heardRoom()];
    await one.put('c', { source: 'one' });
    expect(await other.customer('c')).toBeNull();
    expect(await other.touches('c')).toBeNull();
    expect(await failureOf(other.remove('c'))).toBe('not-found');
    await other.put('c', { source: 'other' });
    await other.put('t', { source: 't' });
    await other.merge('c', 't');
    expect(await one.sources('c')).toEqual(['one']);
    expect(await one.customer('t')).toBeNull();
    expect((await one.customers()).items.map(({ id }) => id)).toEqual(['c']);
    expect((await one.events()).map(({ customerId }) => customerId)).toEqual(['c', 'c']);
  });

  test('what is listed of a customer is counted without what others have, and names who wrote each', async () => {
    const ground = await room();
    const { store, organizationId } = ground;
    for (const id of ['a', 'b']) {
      ground.actor = `key of ${id}`;
      await ground.put(id, { source: id });
      await ground.remove(id);
      await ground.capture(`visitor-of-${id}`, { source: 'seen' });
      await ground.link(id, `visitor-of-${id}`);
    }
    const page = { limit: 1, offset: 0 };
    for (const id of ['a', 'b']) {
      const actor = `key of ${id}`;
      const touches = await store.read.touches(organizationId, id, page);
      expect(touches).toMatchObject({ total: 1, items: [{ touch: { actor } }] });
      // The creation, the removal, the link, and the touch that came with it.
      expect(await ground.timeline(id, page)).toMatchObject({ total: 4, items: [{ actor }] });
      const links = await ground.links(id, page);
      expect(links).toMatchObject({
        total: 1,
        items: [{ visitorId: `visitor-of-${id}`, actor, touches: 1 }],
      });
    }
  });

  test('writes for an organization nobody has heard of fail and leave nothing', async () => {
    const ground = await room();
    const write = { organizationId: 'org_unknown', customerId: 'c', actor: 'a', now: 1 };
    const facts = { websiteId: null, customFields: {} };
    const leadSource = completeLeadSource({});
    const { store } = ground;
    const attempts = [
      store.write('putLeadSource', { ...write, leadSource, precondition: {} }),
      store.write('deleteLeadSource', { ...write, precondition: {} }),
      store.write('saveCustomer', { ...write, facts, leadSource, mustBeNew: false }),
      store.write('mergeCustomers', { ...write, targetCustomerId: 'd' }),
      store.write('pruneEvents', { organizationId: 'org_unknown', upToKey: null }),
    ];
    expect(await Promise.all(attempts.map(failureOf))).toEqual(Array(5).fill('not-found'));
  });

  test('reads of an organization nobody has heard of find nothing', async () => {
    const { store } = await room();
    const page = { limit: 10, offset: 0 };
    expect(await store.read.organization('org_unknown')).toBeNull();
    expect(await store.read.customer('org_unknown', 'c')).toBeNull();
    expect(await store.read.touches('org_unknown', 'c', page)).toBeNull();
    expect(await store.read.apiKey('org_unknown', 'k')).toBeNull();
    const none = { items: [], total: 0 };
    expect(await store.read.customers('org_unknown', { ...page, filter: [], sort: [] })).toEqual(none);
  });

  test('the probe answers while the engine does', async () => {
    const { store } = await room();
    await expect(store.probe()).resolves.toBeUndefined();
  });
}
