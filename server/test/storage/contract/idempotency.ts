import { expect, test } from 'vitest';
import { completeLeadSource } from '../../../src/domain/lead-source.ts';
import { millisecondsPerDay } from '../../../src/domain/time.ts';
import { touchId } from '../../../src/domain/touch.ts';
import { failureOf } from '../../support/failures.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

const once = { route: 'POST /x', key: 'k', contentDigest: 'd' };

export function idempotencyContract({ room, reopen }: ContractGround): void {
  test('what is to be done once is done once, and always answers the same', async () => {
    const ground = await room();
    const tell = () => ground.add('c', { source: 'a' }, { once });
    const [first, ...others] = await Promise.all([tell(), tell(), tell()]);
    await reopen();
    await ground.put('c', { source: 'later' });
    ground.now += millisecondsPerDay - 1;
    others.push(await tell());
    for (const other of others) expect(other).toEqual(first);
    expect(await ground.sources('c')).toEqual(['a', 'later']);
    expect((await ground.customer('c'))?.revision).toBe(2);
  });

  test('a day later it is done again, and that answer is kept in the place of the other', async () => {
    const ground = await room();
    const first = await ground.add('c', { source: 'a' }, { once });
    ground.now += millisecondsPerDay;
    const other = { once: { ...once, contentDigest: 'other' } };
    const second = await ground.add('c', { source: 'b' }, other);
    expect(second.touch.key).not.toBe(first.touch.key);
    expect(await ground.add('c', { source: 'b' }, other)).toEqual(second);
    expect(await failureOf(ground.add('c', { source: 'a' }, { once }))).toBe('invalid');
  });

  test('another content under the same key fails; another key, route or organization is another', async () => {
    const [ground, elsewhere] = [await room(), await room()];
    await ground.add('c', { source: 'a' }, { once });
    const other = { once: { ...once, contentDigest: 'e' } };
    expect(await failureOf(ground.add('c', { source: 'b' }, other))).toBe('invalid');
    await ground.add('c', { source: 'c' }, { once: { ...once, key: 'K' } });
    await ground.add('c', { source: 'd' }, { once: { ...once, route: 'POST /y' } });
    await elsewhere.add('c', { source: 'e' }, { once });
    expect(await ground.sources('c')).toEqual(['a', 'c', 'd']);
    expect(await elsewhere.sources('c')).toEqual(['e']);
  });

  test('what failed is not kept: it may be tried again', async () => {
    const ground = await room();
    const ahead = { once, occurredTime: ground.now + 90_000 };
    expect(await failureOf(ground.add('c', {}, ahead))).toBe('invalid');
    ground.now += 60_000;
    expect((await ground.add('c', {}, ahead)).added).toBe(true);
  });

  test('a customer saved once is answered with all that it held, whatever its members are called', async () => {
    const ground = await room();
    const customFields = { '\\': 0, '\n': [{ __proto__: 1 }], ['__proto__']: 'x' };
    const write = {
      organizationId: ground.organizationId,
      customerId: 'c',
      actor: 'a',
      now: ground.now,
      facts: { websiteId: null, customFields },
      leadSource: completeLeadSource({ source: 'a' }),
      mustBeNew: true,
      once,
    };
    const first = await ground.store.write('saveCustomer', write);
    expect(await ground.store.write('saveCustomer', { ...write, customerId: 'generated-anew' })).toEqual(
      first,
    );
    expect((await ground.customers()).total).toBe(1);
  });

  test.each([
    ['a deletion before it', (ground: StoreRoom) => [ground.remove('d'), ground.merge('d', 't')]],
    ['one after it', (ground: StoreRoom) => [ground.merge('d', 't'), ground.remove('t')]],
  ])(
    'what was done once follows a merge, with %s in the same batch, and is forgotten with the target',
    async (_words, doings) => {
      const ground = await room();
      await ground.put('t', { source: 'a' });
      await ground.add('d', { source: 'b' }, { once });
      await Promise.all(doings(ground));
      await ground.erase('t');
      expect(await ground.add('d', { source: 'b' }, { once })).toMatchObject({
        customerId: 'd',
        added: true,
      });
    },
  );

  test('with the lead source its answers are deleted, and nothing comes back by a repeated request', async () => {
    const ground = await room();
    const told = (id: string, key: string) => ground.add(id, { source: key }, { once: { ...once, key } });
    await told('d', 'stored');
    await Promise.all([told('d', 'new'), ground.save('t'), ground.merge('d', 't'), ground.remove('t')]);
    await told('u', 'undone');
    const [undone] = (await ground.touches('u')) ?? [];
    await ground.undo('u', undone === undefined ? '' : touchId(undone));
    await told('kept', 'kept');
    await reopen();
    for (const [id, key] of [
      ['d', 'stored'],
      ['d', 'new'],
      ['u', 'undone'],
    ] as const) {
      expect(await failureOf(told(id, key))).toBe('conflict');
    }
    expect(await failureOf(told('kept', 'kept'))).toBeNull();
    expect(await ground.touches('t')).toEqual([]);
  });

  test('a merge takes answers along, so that they are deleted with the target too', async () => {
    const ground = await room();
    const tell = () => ground.add('d', { source: 'a' }, { once });
    const first = await tell();
    await ground.save('t');
    await ground.merge('d', 't');
    expect(await tell()).toEqual(first);
    await ground.remove('t');
    expect(await failureOf(tell())).toBe('conflict');
  });

  test('answers of before a moment are forgotten, others stay', async () => {
    const ground = await room();
    const { organizationId, store } = ground;
    const tell = (key: string) => ground.add('c', { source: key }, { once: { ...once, key } });
    await tell('old');
    ground.now += 1000;
    await tell('young');
    await store.write('pruneAnswers', { organizationId, before: ground.now - 1, limit: 100 });
    await tell('old');
    await tell('young');
    expect(await ground.sources('c')).toEqual(['old', 'young', 'old']);
  });

  test('the organizations with answers of before a moment are found, until these are forgotten', async () => {
    const [ground, other] = [await room(), await room()];
    const { organizationId, store, now } = ground;
    await ground.add('c', { source: 'x' }, { once });
    await other.add('c', { source: 'x' });
    expect(await store.read.answerOrganizations(now - 1)).not.toContain(organizationId);
    const found = await store.read.answerOrganizations(now);
    expect(found).toContain(organizationId);
    expect(found).not.toContain(other.organizationId);
    await store.write('pruneAnswers', { organizationId, before: now, limit: 100 });
    expect(await store.read.answerOrganizations(now)).not.toContain(organizationId);
  });

  test('the oldest answers are forgotten first, a part at a time', async () => {
    const ground = await room();
    const { organizationId, store } = ground;
    const tell = (key: string) => ground.add('c', { source: key }, { once: { ...once, key } });
    const keys = ['1', '2', '3', '4', '5'];
    const tellAll = async () => {
      for (const key of keys) {
        await tell(key);
        ground.now += 1;
      }
    };
    await tellAll();
    const part = { organizationId, before: ground.now, limit: 1 };
    expect(await store.write('pruneAnswers', part)).toEqual({ isLeft: true });
    expect(await store.write('pruneAnswers', { ...part, limit: 3 })).toEqual({ isLeft: false });
    await tellAll();
    expect(await ground.sources('c')).toEqual([...keys, ...keys]);
  });
}
