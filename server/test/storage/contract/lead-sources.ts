import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { leadSourceEntityTag } from '../../../src/domain/customer.ts';
import { completeLeadSource, leadSourceFields, leadSourceLimits } from '../../../src/domain/lead-source.ts';
import { failureOf } from '../../support/failures.ts';
import type { ContractGround } from './ground.ts';

const everyFact = Object.fromEntries(leadSourceFields.map((field) => [field, `the ${field}`]));
const awkwardTexts = [
  '',
  ' ',
  '\t\n\r',
  '😀'.repeat(512),
  'é',
  'e\u0301',
  '\u{10ffff}',
  '\ufeff',
  "'; --",
  '%_\\',
  '\u0007',
];

export function leadSourceContract({ room, reopen, heardRoom }: ContractGround): void {
  test('a lead source put for an unknown customer creates the customer', async () => {
    const ground = await room();
    const { now } = ground;
    const answer = await ground.put('new', { source: 'google' });
    expect(answer.created).toBe(true);
    expect(answer.customer).toEqual(await ground.customer('new'));
    expect(answer.customer).toMatchObject({
      id: 'new',
      websiteId: null,
      customFields: {},
      revision: 1,
      leadSourceRevision: 1,
      createdTime: now,
      leadSource: { createdTime: now, updatedTime: now, latestOccurredTime: now },
    });
  });

  test('all eleven facts come back as they were put', async () => {
    const ground = await room();
    await ground.put('c', everyFact);
    expect((await ground.customer('c'))?.leadSource?.current.leadSource).toEqual(everyFact);
  });

  test.each(leadSourceFields)('%s alone is kept apart from the ten that are null', async (field) => {
    const ground = await room();
    await ground.put('c', { [field]: 'x' });
    expect((await ground.customer('c'))?.leadSource?.current.leadSource).toEqual(
      completeLeadSource({ [field]: 'x' }),
    );
  });

  test.each(awkwardTexts)('the text %j is kept code point for code point', async (text) => {
    const ground = await room();
    await ground.put('c', { source: text, path: text });
    expect((await ground.customer('c'))?.leadSource?.current.leadSource).toMatchObject({
      source: text,
      path: text,
    });
  });

  test('facts of the greatest length are kept', async () => {
    const ground = await room();
    const longest = Object.fromEntries(
      leadSourceFields.map((field) => [field, '\u{1f600}'.repeat(leadSourceLimits[field])]),
    );
    await ground.put('c', longest);
    expect((await ground.customer('c'))?.leadSource?.current.leadSource).toEqual(longest);
  });

  test('facts named in another order are the same facts', async () => {
    const ground = await room();
    await ground.put('usual', { medium: 'm', source: 's' });
    const { organizationId, store, now } = ground;
    const { medium: _medium, source: _source, ...rest } = completeLeadSource({});
    const leadSource = { source: 'm', medium: 's', ...rest };
    const write = { organizationId, customerId: 'turned', actor: 'a', now };
    await store.write('putLeadSource', { ...write, leadSource, precondition: {} });
    expect((await ground.customer('turned'))?.leadSource?.current.leadSource).toEqual(leadSource);
  });

  test('a second lead source stands as the current one behind the same original', async () => {
    const ground = await room();
    const first = await ground.put('c', { source: 'one' });
    ground.now += 1000;
    const second = await ground.put('c', { source: 'two' });
    expect(second.created).toBe(false);
    expect(second.customer.leadSource).toMatchObject({
      original: first.customer.leadSource?.original,
      current: { leadSource: { source: 'two' }, occurredTime: ground.now, recordedTime: ground.now },
      createdTime: ground.now - 1000,
      updatedTime: ground.now,
      latestOccurredTime: ground.now,
    });
    expect(second.customer).toMatchObject({ revision: 2, leadSourceRevision: 2 });
  });

  test('a lead source equal to the current one changes nothing at all', async () => {
    const ground = await heardRoom();
    await ground.put('c', everyFact);
    const before = [await ground.customer('c'), await ground.touches('c'), await ground.events()];
    ground.now += 1000;
    ground.actor = 'another';
    const answer = await ground.put('c', everyFact);
    expect(answer).toEqual({ customer: before[0], created: false });
    expect([await ground.customer('c'), await ground.touches('c'), await ground.events()]).toEqual(before);
  });

  test('an empty lead source is one, and null is not ""', async () => {
    const ground = await room();
    await ground.put('c', {});
    await ground.put('c', { source: '' });
    await ground.put('c', {});
    expect(await ground.sources('c')).toEqual([null, '', null]);
  });

  test('an actor is kept that is as long as an issuer and a subject of tokens can make it', async () => {
    const ground = await room();
    ground.actor = Array.from({ length: 2561 }, (_, place) => hash('sha1', `${place}`).at(0)).join('');
    await ground.put('c', {});
    await ground.put('c', { source: 'again' });
    expect((await ground.touches('c'))?.map(({ touch }) => touch.actor)).toEqual([
      ground.actor,
      ground.actor,
    ]);
  });

  test('history keeps every lead source, its actor and its place', async () => {
    const ground = await room();
    for (const source of ['a', 'b', 'c']) {
      ground.now += 1;
      ground.actor = `key_${source}`;
      await ground.put('c', { source });
    }
    const touches = (await ground.touches('c')) ?? [];
    expect(touches.map(({ position }) => position)).toEqual(['original', 'intermediary', 'most-recent']);
    expect(touches.map(({ touch }) => touch.actor)).toEqual(['key_a', 'key_b', 'key_c']);
    expect(touches.map(({ touch }) => touch.origin)).toEqual(['api', 'api', 'api']);
  });

  test('a clock that goes backwards never puts a lead source before the latest', async () => {
    const ground = await room();
    await ground.put('c', { source: 'a' });
    const latest = ground.now;
    ground.now -= 60_000;
    const { customer } = await ground.put('c', { source: 'b' });
    expect(customer.leadSource).toMatchObject({
      current: { occurredTime: latest, recordedTime: ground.now },
      updatedTime: latest,
    });
    expect(await ground.sources('c')).toEqual(['a', 'b']);
  });

  test('a removal forgets every touch and keeps the customer', async () => {
    const ground = await room();
    await ground.save('c', { facts: { websiteId: 'w' } });
    await ground.put('c', { source: 'a' });
    await ground.put('c', { source: 'b' });
    await ground.remove('c');
    expect(await ground.customer('c')).toMatchObject({
      websiteId: 'w',
      leadSource: null,
      leadSourceRevision: 3,
    });
    expect(await ground.touches('c')).toEqual([]);
  });

  test('a lead source put after a removal is a new original with a greater revision', async () => {
    const ground = await room();
    await ground.put('c', { source: 'a' });
    await ground.remove('c');
    ground.now += 5;
    const { customer, created } = await ground.put('c', { source: 'a' });
    expect(created).toBe(true);
    expect(customer).toMatchObject({ leadSourceRevision: 3, leadSource: { createdTime: ground.now } });
    expect(customer.leadSource?.original).toEqual(customer.leadSource?.current);
  });

  test.each(['unknown', 'bare', 'emptied'])(
    'removing the lead source of an %s customer fails',
    async (id) => {
      const ground = await room();
      await ground.save('bare');
      await ground.put('emptied', { source: 'a' });
      await ground.remove('emptied');
      expect(await failureOf(ground.remove(id))).toBe('not-found');
    },
  );

  test.each([
    ['ifMatch', 'its tag', null],
    ['ifMatch', '*', null],
    ['ifMatch', 'another', 'precondition-failed'],
    ['ifNoneMatch', '*', 'precondition-failed'],
    ['ifNoneMatch', 'its tag', 'precondition-failed'],
    ['ifNoneMatch', 'another', null],
  ] as const)(
    'a put and a removal that ask for %s of %s are judged by what is there',
    async (condition, what, failure) => {
      const ground = await room();
      await ground.put('put', { source: 'a' });
      await ground.put('removed', { source: 'a' });
      const tag = leadSourceEntityTag(await ground.customer('put')) ?? '';
      expect(leadSourceEntityTag(await ground.customer('removed'))).toBe(tag);
      const tags = { 'its tag': [tag], another: [`${tag}0`], '*': '*' } as const;
      const precondition = { [condition]: tags[what] };
      expect(await failureOf(ground.put('put', { source: 'a' }, precondition))).toBe(failure);
      expect(await failureOf(ground.remove('removed', precondition))).toBe(failure);
      expect(await ground.sources('removed')).toEqual(failure === null ? [] : ['a']);
    },
  );

  test('a put that must match fails for an unknown customer, and creates none', async () => {
    const ground = await heardRoom();
    expect(await failureOf(ground.put('unknown', {}, { ifMatch: '*' }))).toBe('precondition-failed');
    expect(await ground.customer('unknown')).toBeNull();
    expect(await ground.events()).toEqual([]);
  });

  test('what was answered is there after the store is opened again', async () => {
    const ground = await heardRoom();
    await ground.put('c', { source: 'a' });
    await ground.put('c', { source: 'b', referrer: 'https://a.example/b' });
    await ground.put('merged', { source: 'm' });
    await ground.merge('merged', 'c');
    const before = [await ground.customer('c'), await ground.touches('c'), await ground.keptEvents()];
    await reopen();
    expect([await ground.customer('c'), await ground.touches('c'), await ground.keptEvents()]).toEqual(
      before,
    );
  });

  test('keys of touches grow, also after the store is opened again', async () => {
    const ground = await room();
    await ground.put('c', { source: 'a' });
    await reopen();
    await ground.put('c', { source: 'b' });
    const [first, second] = ((await ground.touches('c')) ?? []).map(({ touch }) => touch.key);
    expect(second).toBeGreaterThan(first ?? Number.NaN);
  });

  test('keys of touches are unique over many more than are reserved at once', async () => {
    const ground = await room();
    const ids = Array.from({ length: 2500 }, (_, place) => `c${place}`);
    await Promise.all(ids.map((id) => ground.put(id, { source: id })));
    const keys: unknown[] = [];
    for (let offset = 0; offset < ids.length; offset += 1000) {
      const { items } = await ground.customers({ offset });
      keys.push(...items.map(({ leadSource }) => leadSource?.current.key));
    }
    expect(keys).toHaveLength(ids.length);
    expect(new Set(keys).size).toBe(ids.length);
    expect(keys).not.toContain(undefined);
  });
}
