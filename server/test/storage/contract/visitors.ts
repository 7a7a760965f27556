import fc from 'fast-check';
import { expect, test } from 'vitest';
import { millisecondsPerDay } from '../../../src/domain/time.ts';
import { countOf } from '../../support/counts.ts';
import { failureOf } from '../../support/failures.ts';
import { announceSeed } from '../../support/random.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

const seed = announceSeed('visitors');
const visitor = 'visitor-1';

export function visitorContract(ground: ContractGround): void {
  captures(ground);
  links(ground);
  sharedDevices(ground);
  endings(ground);
  arrivals(ground);
}

function captures({ room, reopen, heardRoom }: ContractGround): void {
  test("what is captured before anybody is linked is nobody's, and the customer's with the link", async () => {
    const ground = await heardRoom();
    await ground.capture(visitor, { source: 'ad', clickId: 'x' }, { clickIdKind: 'gclid' });
    expect(await ground.customers()).toMatchObject({ total: 0 });
    expect(await ground.events()).toEqual([]);
    await reopen();
    ground.now += 1000;
    ground.actor = 'key_linking';
    const linked = await ground.link('c', visitor);
    expect(linked).toEqual({
      added: true,
      link: {
        visitorId: visitor,
        customerId: 'c',
        namedId: 'c',
        linkedTime: ground.now,
        actor: 'key_linking',
        touches: 1,
      },
    });
    expect(await ground.touches('c')).toMatchObject([
      {
        touch: { origin: 'capture', actor: 'key_test', occurredTime: ground.now - 1000 },
        position: 'original',
        clickIdKind: 'gclid',
      },
    ]);
    const events = await ground.events();
    expect(events.map(({ type, cause }) => [type, cause])).toEqual([
      ['customer-created', null],
      ['lead-source-changed', 'link'],
    ]);
  });

  test("what a linked visitor does is the customer's at once, and told with cause `capture`", async () => {
    const ground = await heardRoom();
    await ground.put('c', { source: 'put' });
    await ground.link('c', visitor);
    ground.now += 1000;
    await ground.capture(visitor, { source: 'ad' });
    expect(await ground.sources('c')).toEqual(['put', 'ad']);
    expect((await ground.events()).at(-1)).toMatchObject({ customerId: 'c', cause: 'capture' });
    expect((await ground.links('c'))?.items).toMatchObject([{ visitorId: visitor, touches: 1 }]);
  });

  test('an earlier touch becomes the original, a direct one never the most recent', async () => {
    const ground = await room();
    await ground.capture(visitor, { source: 'ad' }, { occurredTime: ground.now - 5000 });
    await ground.put('c', { source: 'put' });
    ground.now += 1000;
    await ground.capture(visitor, { path: '/home' });
    await ground.link('c', visitor);
    expect((await ground.touches('c'))?.map(({ position }) => position)).toEqual([
      'original',
      'most-recent',
      'intermediary',
    ]);
    expect((await ground.customer('c'))?.leadSource?.original.leadSource.source).toBe('ad');
  });

  test('an arrival that is told twice is recorded once, also at the same time; a later one again', async () => {
    const ground = await room();
    const told = () => ground.capture(visitor, { source: 'ad' });
    expect((await Promise.all([told(), told(), told()])).filter((recorded) => recorded)).toHaveLength(1);
    await reopen();
    expect(await told()).toBe(false);
    expect(await ground.capture(visitor, { source: 'other' })).toBe(true);
    ground.now += 30_001;
    expect(await told()).toBe(true);
    expect(await ground.capture('visitor-2', { source: 'ad' })).toBe(true);
    await ground.link('c', visitor);
    expect(await ground.sources('c')).toEqual(['ad', 'other', 'ad']);
  });

  test("a visitor is one organization's", async () => {
    const [ground, other] = [await room(), await room()];
    await ground.capture(visitor, { source: 'here' });
    await other.capture(visitor, { source: 'there' });
    await ground.link('c', visitor);
    expect(await ground.sources('c')).toEqual(['here']);
    expect(await other.customer('c')).toBeNull();
  });
}

function links({ room, reopen, heardRoom }: ContractGround): void {
  test('the same link again changes nothing, with its moment or without one', async () => {
    const ground = await heardRoom();
    await ground.capture(visitor, { source: 'ad' });
    const first = await ground.link('c', visitor);
    const before = [await ground.customer('c'), await ground.links('c'), await ground.events()];
    expect(await ground.link('c', visitor, ground.now)).toEqual({ ...first, added: false });
    ground.now += 5000;
    expect(await ground.link('c', visitor, null)).toEqual({ ...first, added: false });
    await reopen();
    expect([await ground.customer('c'), await ground.links('c'), await ground.events()]).toEqual(before);
  });

  test('a link before anything was captured waits for it', async () => {
    const ground = await room();
    await ground.link('c', visitor, null);
    expect((await ground.customer('c'))?.leadSource).toBeNull();
    await ground.capture(visitor, { source: 'earlier' }, { occurredTime: ground.now - 9000 });
    expect(await ground.sources('c')).toEqual(['earlier']);
  });

  test('a moment more than 60 seconds ahead is refused, one less ahead counts as now', async () => {
    const ground = await room();
    expect(await failureOf(ground.link('c', visitor, ground.now + 60_001))).toBe('invalid');
    expect(await ground.customer('c')).toBeNull();
    expect((await ground.link('c', visitor, ground.now + 60_000)).link.linkedTime).toBe(ground.now);
  });

  test('the links of a customer are listed by time, a page at once; those of nobody not at all', async () => {
    const ground = await room();
    await ground.link('c', 'visitor-3', ground.now - 1);
    await ground.link('c', 'visitor-2', ground.now - 3);
    await ground.link('c', 'visitor-4', ground.now - 2);
    const page = await ground.links('c', { limit: 2, offset: 1 });
    expect(page?.total).toBe(3);
    expect(page?.items.map(({ visitorId }) => visitorId)).toEqual(['visitor-4', 'visitor-3']);
    expect(await ground.links('d')).toBeNull();
  });

  test('a customer that was merged away is linked as the one it stands for; its links follow it', async () => {
    const ground = await room();
    await ground.capture('visitor-a', { source: 'a' });
    await ground.capture('visitor-b', { source: 'b' });
    await ground.link('d', 'visitor-a');
    await ground.save('t');
    await ground.merge('d', 't');
    expect((await ground.link('d', 'visitor-b')).link).toMatchObject({ customerId: 't', namedId: 'd' });
    expect(await ground.links('d')).toBeNull();
    expect((await ground.links('t'))?.items).toMatchObject([
      { visitorId: 'visitor-a', touches: 1 },
      { visitorId: 'visitor-b', touches: 1 },
    ]);
    ground.now += 1;
    await ground.capture('visitor-a', { source: 'later' });
    expect(await ground.sources('t')).toEqual(['a', 'b', 'later']);
  });

  test("what a visitor does just before its customer is merged away, and just after, is the other one's", async () => {
    const ground = await room();
    await ground.link('d', visitor);
    await ground.save('t');
    ground.now += 1000;
    await Promise.all([
      ground.capture(visitor, { source: 'before' }),
      ground.merge('d', 't'),
      ground.capture(visitor, { source: 'after' }),
    ]);
    expect(await ground.customer('d')).toBeNull();
    expect(await ground.sources('t')).toEqual(['before', 'after']);
    expect((await ground.links('t'))?.items).toMatchObject([{ visitorId: visitor, touches: 2 }]);
  });
}

function sharedDevices({ room, heardRoom }: ContractGround): void {
  test('of a device that two share, each has what was done from their link on, the first what was before', async () => {
    const ground = await room();
    const start = ground.now;
    for (const [place, source] of ['before', 'first', 'second', 'again'].entries()) {
      await ground.capture(visitor, { source }, { occurredTime: start - 9000 + place * 1000 });
    }
    await ground.link('a', visitor, start - 8500);
    expect(await ground.sources('a')).toEqual(['before', 'first', 'second', 'again']);
    await ground.link('b', visitor, start - 7000);
    await ground.link('a', visitor, start - 6500);
    expect(await ground.sources('a')).toEqual(['before', 'first', 'again']);
    expect(await ground.sources('b')).toEqual(['second']);
    expect((await ground.links('a'))?.items.map(({ touches }) => touches)).toEqual([3, 3]);
  });

  test('who loses touches has another original and current, and others are told', async () => {
    const ground = await heardRoom();
    await ground.put('a', { source: 'put' });
    await ground.capture(visitor, { source: 'ad' }, { occurredTime: ground.now - 2 });
    await ground.link('a', visitor, ground.now - 1);
    const before = await ground.customer('a');
    expect(before?.leadSource?.original.leadSource.source).toBe('ad');
    ground.now += 1000;
    await ground.link('b', visitor, ground.now - 5000);
    const after = await ground.customer('a');
    expect(after?.leadSource?.original.leadSource.source).toBe('put');
    expect(after?.leadSource?.updatedTime).toBe(ground.now);
    expect(after?.leadSourceRevision).toBeGreaterThan(before?.leadSourceRevision ?? 0);
    const told = (await ground.events()).filter(({ cause }) => cause === 'link').slice(-2);
    expect(told.map(({ customerId }) => customerId)).toEqual(['a', 'b']);
    await ground.link('c', visitor, ground.now - 1500);
    expect((await ground.customer('b'))?.leadSource).toBeNull();
    expect((await ground.events()).at(-3)).toMatchObject({ customerId: 'b', current: null });
  });
}

function endings({ room }: ContractGround): void {
  test('a deletion takes captured touches along and leaves the links', async () => {
    const ground = await room();
    await ground.capture(visitor, { source: 'ad' });
    await ground.link('c', visitor);
    await ground.remove('c');
    expect((await ground.links('c'))?.items).toMatchObject([{ visitorId: visitor, touches: 0 }]);
    ground.now += 1000;
    await ground.capture(visitor, { source: 'later' });
    expect(await ground.sources('c')).toEqual(['later']);
    await ground.link('d', visitor, 0);
    expect(await ground.sources('c')).toEqual(['later']);
  });

  test('what a linked visitor did just before all is removed is not counted as theirs', async () => {
    const ground = await room();
    await ground.put('c', { source: 'put' });
    await ground.link('c', visitor);
    ground.now += 1000;
    const captured = ['a', 'b'].map((source) => ground.capture(visitor, { source }, { digest: source }));
    await Promise.all([...captured, ground.remove('c')]);
    expect(await ground.sources('c')).toEqual([]);
    expect((await ground.links('c'))?.items).toMatchObject([{ visitorId: visitor, touches: 0 }]);
  });

  test('a captured touch that was undone does not come back with another link', async () => {
    const ground = await room();
    await ground.capture(visitor, { source: 'ad' });
    await ground.link('c', visitor);
    await ground.add('c', { source: 'told' }, { givenId: 'told' });
    const [captured] = (await ground.touches('c')) ?? [];
    await ground.undo('c', `tch_${(captured?.touch.key ?? 0).toString(32).toUpperCase().padStart(13, '0')}`);
    expect((await ground.links('c'))?.items).toMatchObject([{ visitorId: visitor, touches: 0 }]);
    await ground.link('d', visitor, 0);
    expect([await ground.sources('c'), await ground.sources('d')]).toEqual([['told'], []]);
  });

  test('an unlinked visitor is erased with its touches, a linked one is not', async () => {
    const ground = await room();
    await ground.capture(visitor, { source: 'ad' });
    await ground.capture('visitor-2', { source: 'other' });
    await ground.eraseVisitor(visitor);
    expect(await failureOf(ground.eraseVisitor(visitor))).toBe('not-found');
    await ground.link('c', visitor);
    await ground.link('c', 'visitor-2');
    expect(await ground.sources('c')).toEqual(['other']);
    expect(await failureOf(ground.eraseVisitor('visitor-2'))).toBe('conflict');
  });

  test('unlinked visitors expire by the day, so many at once; linked ones never', async () => {
    const ground = await room();
    for (const id of ['visitor-a', 'visitor-b', 'visitor-c']) await ground.capture(id, { source: id });
    await ground.link('c', 'visitor-a');
    ground.now += 400 * millisecondsPerDay;
    await ground.capture('visitor-c', { source: 'again' });
    const aged = () => ground.store.read.agedVisitorCount(ground.organizationId, 400, ground.now);
    expect(await aged()).toBe(0);
    expect(await ground.expireVisitors(400)).toBe(0);
    ground.now += millisecondsPerDay;
    await ground.capture('visitor-d', { source: 'new' });
    expect(await aged()).toBe(1);
    expect(await ground.expireVisitors(400, 1)).toBe(1);
    expect(await aged()).toBe(0);
    expect(await ground.expireVisitors(400)).toBe(0);
    for (const id of ['visitor-b', 'visitor-c', 'visitor-d']) await ground.link('other', id);
    expect(await ground.sources('c')).toEqual(['visitor-a']);
    expect(await ground.sources('other')).toEqual(['visitor-c', 'again', 'new']);
  });
}

type Happening =
  | {
      readonly kind: 'capture';
      readonly visitor: string;
      readonly time: number;
      readonly source: string | null;
    }
  | { readonly kind: 'link'; readonly visitor: string; readonly time: number; readonly customer: string }
  | { readonly kind: 'merge'; readonly customer: string };

const customers = ['a', 'b', 'c'] as const;
const visitors = fc.constantFrom('visitor-1', 'visitor-2');
const happenings = fc
  .record({
    captures: fc.array(fc.record({ visitor: visitors, isDirect: fc.boolean() }), { maxLength: 6 }),
    links: fc.array(
      fc.record({ visitor: visitors, time: fc.nat(6), customer: fc.constantFrom(...customers) }),
      { maxLength: 5 },
    ),
    merged: fc.subarray(['b', 'c']),
  })
  .map(({ captures, links, merged }): readonly Happening[] => [
    ...captures.map(({ visitor, isDirect }, time) => ({
      kind: 'capture' as const,
      visitor,
      time,
      source: isDirect ? null : `s${time}`,
    })),
    ...links.map((link) => ({ kind: 'link' as const, ...link })),
    ...merged.map((customer) => ({ kind: 'merge' as const, customer })),
  ])
  .chain((all) =>
    fc.record({
      all: fc.constant(all),
      order: fc.shuffledSubarray([...all], { minLength: all.length }),
      together: fc.integer({ min: 1, max: 3 }),
    }),
  );

function arrivals({ room }: ContractGround): void {
  const runs = countOf(600);
  test('whatever the order in which links, touches and merges arrive, each customer has the same journey', {
    timeout: 60_000 + runs * 500,
  }, async () => {
    const property = fc.asyncProperty(happenings, async ({ all, order, together }) => {
      const ground = await room();
      await Promise.all(customers.map((id) => ground.save(id)));
      for (let start = 0; start < order.length; start += together) {
        const some = order.slice(start, start + together);
        await Promise.all(some.map((each) => happen(ground, each)));
      }
      for (const id of customers) {
        const touches = (await ground.touches(id))?.map(({ touch, position }) => ({
          name: touch.leadSource.path,
          position,
        }));
        expect(touches ?? null, id).toEqual(journeyOf(id, all));
      }
    });
    await fc.assert(property, { numRuns: runs, seed });
  });
}

async function happen(ground: StoreRoom, each: Happening): Promise<void> {
  const early = ground.now - 1000;
  if (each.kind === 'merge') await ground.merge(each.customer, 'a');
  else if (each.kind === 'link') await ground.link(each.customer, each.visitor, early + each.time);
  else {
    const facts = { source: each.source, path: `/${each.time}` };
    await ground.capture(each.visitor, facts, { occurredTime: early + each.time });
  }
}

/** By the words of the rule, in the order of time; null for a customer that was merged away. */
function journeyOf(id: string, all: readonly Happening[]) {
  const merged = all.filter((each) => each.kind === 'merge').map(({ customer }) => customer);
  if (merged.includes(id)) return null;
  const links = all
    .filter((each) => each.kind === 'link')
    .toSorted((one, other) => one.time - other.time || one.customer.localeCompare(other.customer));
  const own = all.filter((each) => {
    if (each.kind !== 'capture') return false;
    const ofVisitor = links.filter((link) => link.visitor === each.visitor);
    const named = (ofVisitor.findLast((link) => link.time <= each.time) ?? ofVisitor[0])?.customer;
    return named !== undefined && (merged.includes(named) ? 'a' : named) === id;
  }) as readonly (Happening & { kind: 'capture' })[];
  const current = own.findLastIndex(({ source }) => source !== null);
  return own.map(({ time }, place) => {
    const later = place === current ? 'most-recent' : 'intermediary';
    return { name: `/${time}`, position: place === 0 ? 'original' : later };
  });
}
