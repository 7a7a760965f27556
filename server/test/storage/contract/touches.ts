import fc from 'fast-check';
import { expect, test } from 'vitest';
import { touchId } from '../../../src/domain/touch.ts';
import { countOf } from '../../support/counts.ts';
import { failureOf } from '../../support/failures.ts';
import { announceSeed } from '../../support/random.ts';
import type { Facts, StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

const seed = announceSeed('touches');

export function touchContract(ground: ContractGround): void {
  additions(ground);
  givenIds(ground);
  undoings(ground);
  arrivals(ground);
}

function additions({ room, reopen, heardRoom }: ContractGround): void {
  test('a touch in the past takes its place by its moment and becomes the original', async () => {
    const ground = await room();
    await ground.put('c', { source: 'put' });
    ground.now += 1000;
    const added = await ground.add('c', { source: 'earlier' }, { occurredTime: ground.now - 9000 });
    expect(added).toMatchObject({ customerId: 'c', added: true, position: 'original', givenId: null });
    await ground.add('c', { source: 'between' }, { occurredTime: ground.now - 5000 });
    expect(await ground.sources('c')).toEqual(['earlier', 'between', 'put']);
    expect((await ground.customer('c'))?.leadSource).toMatchObject({
      original: {
        leadSource: { source: 'earlier' },
        occurredTime: ground.now - 9000,
        recordedTime: ground.now,
      },
      current: { leadSource: { source: 'put' } },
      createdTime: ground.now - 1000,
      updatedTime: ground.now,
    });
  });

  test('a touch for an unknown customer creates it; for an alias it goes to whom it stands for', async () => {
    const ground = await room();
    await ground.add('d', { source: 'a' });
    await ground.save('t');
    await ground.merge('d', 't');
    expect(await ground.add('d', { source: 'b' })).toMatchObject({
      customerId: 't',
      position: 'most-recent',
    });
    expect(await ground.sources('t')).toEqual(['a', 'b']);
  });

  test('the same touch told twice without an id is two, and a put equal to it none', async () => {
    const ground = await room();
    for (let time = 0; time < 2; time++) await ground.add('c', { source: 'a' });
    await ground.put('c', { source: 'a' });
    expect(await ground.sources('c')).toEqual(['a', 'a']);
  });

  test('captured direct touches are kept, and never the most recent where there is another', async () => {
    const ground = await room();
    const captured = { origin: 'capture' } as const;
    await ground.add('c', {}, { ...captured, occurredTime: ground.now - 2 });
    expect((await ground.touches('c'))?.map(({ position }) => position)).toEqual(['original']);
    await ground.add('c', { source: 'ad' }, { ...captured, occurredTime: ground.now - 1 });
    await ground.add('c', { path: '/back' }, captured);
    const touches = await ground.touches('c');
    expect(touches?.map(({ position }) => position)).toEqual(['original', 'most-recent', 'intermediary']);
    await reopen();
    expect(await ground.touches('c')).toEqual(touches);
    ground.now -= 10;
    await ground.put('c', { source: 'put' });
    expect(await ground.sources('c')).toEqual([null, 'ad', null, 'put']);
  });

  test('one that is not to be announced leaves no event, one that changes nothing to be seen neither', async () => {
    const ground = await heardRoom();
    await ground.add('c', { source: 'a' }, { origin: 'import', announces: false });
    expect(await ground.events()).toEqual([]);
    ground.now += 5;
    await ground.add('c', { source: 'b' });
    await ground.add('c', { source: 'between' }, { occurredTime: ground.now - 1 });
    expect((await ground.events()).map(({ cause }) => cause)).toEqual(['add']);
  });

  test('a moment more than 60 seconds ahead is refused, and nobody comes into being', async () => {
    const ground = await room();
    const ahead = { occurredTime: ground.now + 60_001 };
    expect(await failureOf(ground.add('c', {}, ahead))).toBe('invalid');
    expect(await ground.customer('c')).toBeNull();
  });

  test('moments before 1970 are kept', async () => {
    const ground = await room();
    await ground.add('c', { source: 'old' }, { occurredTime: Date.UTC(1901, 0, 1) });
    await ground.put('c', { source: 'new' });
    expect(await ground.sources('c')).toEqual(['old', 'new']);
  });
}

function givenIds({ room, reopen }: ContractGround): void {
  test('a touch told again under its id is not added again, also at the same time', async () => {
    const ground = await room();
    const told = () => ground.add('c', { source: 'a' }, { givenId: 'mine' });
    const answers = await Promise.all([told(), told(), told()]);
    expect(answers.filter(({ added }) => added)).toHaveLength(1);
    await reopen();
    expect(await told()).toEqual({ ...answers[0], added: false });
    expect((await ground.touches('c'))?.map(({ givenId }) => givenId)).toEqual(['mine']);
    expect((await ground.customer('c'))?.revision).toBe(1);
  });

  test('under an id that says something else, or is of another customer, nothing is added', async () => {
    const ground = await room();
    await ground.add('c', { source: 'a' }, { givenId: 'mine' });
    const other = () => ground.add('c', { source: 'b' }, { givenId: 'mine' });
    expect(await failureOf(other())).toBe('conflict');
    expect(await failureOf(ground.add('d', { source: 'a' }, { givenId: 'mine' }))).toBe('conflict');
    expect(await ground.customer('d')).toBeNull();
    expect(await ground.sources('c')).toEqual(['a']);
  });

  test('touches are found by their ids, whosever they are; ids without a touch give none', async () => {
    const [ground, other] = [await room(), await room()];
    const added = [
      await ground.add('c', { source: 'a', path: '/' }, { givenId: 'one' }),
      await ground.add('d', { source: 'b' }, { givenId: 'two' }),
    ];
    await ground.add('d', { source: 'c' }, { givenId: 'not asked for' });
    const find = ({ store, organizationId }: StoreRoom, ids: readonly string[]) =>
      store.read.touchesByGivenId(organizationId, ids);
    const found = await find(ground, ['two', 'none', 'one']);
    const byId = found.toSorted((one, another) => one.touch.key - another.touch.key);
    expect(byId).toEqual(added.map(({ touch, givenId }) => ({ touch, givenId })));
    expect(await find(ground, [])).toEqual([]);
    expect(await find(other, ['one', 'two'])).toEqual([]);
    expect(await failureOf(ground.store.read.touchesByGivenId('org_nobody', ['one']))).toBe('not-found');
  });

  test('a touch that is known to be told again under its id is compared no more, one that has gone is added', async () => {
    const ground = await room();
    const { touch } = await ground.add('c', { source: 'a' }, { givenId: 'mine' });
    const again = { givenId: 'mine', sameAs: touch.key };
    expect(await ground.add('c', { source: 'b' }, again)).toMatchObject({ touch, added: false });
    expect(await failureOf(ground.add('d', { source: 'b' }, again))).toBe('conflict');
    await ground.undo('c', 'mine');
    expect(await ground.add('c', { source: 'b' }, again)).toMatchObject({ added: true });
    expect(await failureOf(ground.add('c', { source: 'a' }, again))).toBe('conflict');
  });

  test("an id is one organization's", async () => {
    const [ground, other] = [await room(), await room()];
    await ground.add('c', { source: 'a' }, { givenId: 'mine' });
    expect((await other.add('d', { source: 'b' }, { givenId: 'mine' })).added).toBe(true);
  });

  test('what is told again just behind the removal of all is added again', async () => {
    const ground = await room();
    const tell = () => ground.add('c', { source: 'x' }, { givenId: 'told' });
    await tell();
    const [, , again] = await Promise.all([ground.put('other', { source: 'y' }), ground.remove('c'), tell()]);
    expect(again.added).toBe(true);
    expect(await ground.sources('c')).toEqual(['x']);
  });

  test('an id goes with its touch: to the target of a merge, and away with a removal', async () => {
    const ground = await room();
    await ground.add('d', { source: 'a' }, { givenId: 'one' });
    await ground.save('t');
    const [, again] = await Promise.all([
      ground.merge('d', 't'),
      ground.add('d', { source: 'a' }, { givenId: 'one' }),
    ]);
    expect(again).toMatchObject({ customerId: 't', added: false });
    expect((await ground.touches('t'))?.map(({ givenId }) => givenId)).toEqual(['one']);
    const [, anew] = await Promise.all([
      ground.remove('t'),
      ground.add('u', { source: 'u' }, { givenId: 'one' }),
    ]);
    expect(anew).toMatchObject({ customerId: 'u', added: true });
    await ground.undo('u', 'one');
    expect((await ground.add('v', {}, { givenId: 'one' })).added).toBe(true);
  });
}

function undoings({ room, heardRoom }: ContractGround): void {
  test('undoing touches gives back what stood before them, down to none', async () => {
    const ground = await heardRoom();
    for (const source of ['a', 'b', 'c']) {
      ground.now += 1;
      await ground.put('c', { source });
    }
    const [a = '', b = '', c = ''] = ((await ground.touches('c')) ?? []).map(touchId);
    await Promise.all([ground.undo('c', c), ground.undo('c', a)]);
    expect((await ground.touches('c'))?.map(({ position }) => position)).toEqual(['original']);
    expect(await ground.sources('c')).toEqual(['b']);
    await ground.undo('c', b);
    expect(await ground.customer('c')).toMatchObject({ leadSource: null, leadSourceRevision: 6 });
    expect(await ground.touches('c')).toEqual([]);
    expect((await ground.events()).at(-1)).toMatchObject({ cause: 'undo', current: null, original: null });
    ground.now += 1;
    await ground.put('c', { source: 'again' });
    expect((await ground.customer('c'))?.leadSource).toMatchObject({ createdTime: ground.now });
  });

  test('undoing what is not there fails: twice, of others, of an alias, of nobody', async () => {
    const ground = await room();
    await ground.put('c', { source: 'a' });
    await ground.put('c', { source: 'b' });
    await ground.put('d', { source: 'd' });
    const [first = ''] = ((await ground.touches('c')) ?? []).map(touchId);
    expect(await failureOf(ground.undo('d', first))).toBe('not-found');
    expect(await failureOf(ground.undo('nobody', first))).toBe('not-found');
    await ground.undo('c', first);
    expect(await failureOf(ground.undo('c', first))).toBe('not-found');
    await ground.merge('c', 'd');
    const [kept = ''] = ((await ground.touches('d')) ?? []).map(touchId);
    expect(await failureOf(ground.undo('c', kept))).toBe('not-found');
    expect(await ground.sources('d')).toEqual(['b', 'd']);
  });

  test('writes asked for at once each see what those before them left', async () => {
    const ground = await room();
    await ground.add('c', { source: 'a' }, { givenId: 'a' });
    await Promise.all([
      ground.add('c', { source: 'b' }, { givenId: 'b' }),
      ground.undo('c', 'b'),
      ground.add('d', { source: 'd' }, { givenId: 'd' }),
      ground.merge('d', 'c'),
      ground.undo('c', 'a'),
      ground.put('c', { source: 'put' }),
      ground.undo('c', 'd'),
    ]);
    expect(await ground.sources('c')).toEqual(['put']);
    expect((await ground.touches('c'))?.map(({ position }) => position)).toEqual(['original']);
  });
}

interface Told {
  readonly customer: 'a' | 'b';
  readonly source: Facts['source'];
  readonly isCaptured: boolean;
  readonly isUndone: boolean;
}

/** No two are of one moment: of such, the earlier arrival comes first. */
const histories = fc.array(
  fc.record<Told>({
    customer: fc.constantFrom('a', 'b'),
    source: fc.constantFrom(null, 'one', 'two'),
    isCaptured: fc.boolean(),
    isUndone: fc.boolean(),
  }),
  { minLength: 1, maxLength: 7 },
);

function arrivals({ room }: ContractGround): void {
  const runs = countOf(400);
  test('whatever the order in which touches arrive, go and customers are merged, the end is the same', {
    timeout: 60_000 + runs * 500,
  }, async () => {
    const shuffled = histories.chain((touches) =>
      fc.record({
        touches: fc.constant(touches),
        order: fc.shuffledSubarray(
          touches.map((_, place) => place),
          { minLength: touches.length },
        ),
        mergeAfter: fc.nat(touches.length),
      }),
    );
    const property = fc.asyncProperty(shuffled, async ({ touches, order, mergeAfter }) => {
      const inOrder = touches.map((_, place) => place);
      const one = await outcomeOf(await room(), touches, inOrder, touches.length);
      const other = await outcomeOf(await room(), touches, order, mergeAfter);
      expect(other).toEqual(one);
    });
    await fc.assert(property, { numRuns: runs, seed });
  });
}

/** Tells the touches in this order, undoes some as soon as they are there, and merges customers in the middle of it. */
async function outcomeOf(
  ground: StoreRoom,
  touches: readonly Told[],
  order: readonly number[],
  mergeAfter: number,
): Promise<unknown> {
  await Promise.all([ground.save('a'), ground.save('b')]);
  const merge = async (told: number) => {
    if (told === mergeAfter) await ground.merge('b', 'a');
  };
  const first = ground.now - 1000;
  await merge(0);
  for (const [told, place] of order.entries()) {
    const { customer, source = null, isCaptured, isUndone } = touches[place] as Told;
    const origin = isCaptured ? 'capture' : 'api';
    const givenId = `t${place}`;
    const added = await ground.add(customer, { source }, { givenId, origin, occurredTime: first + place });
    if (isUndone) await ground.undo(added.customerId, givenId);
    await merge(told + 1);
  }
  const leadSource = (await ground.customer('a'))?.leadSource;
  return {
    history: (await ground.touches('a'))?.map(({ givenId, position }) => [givenId, position]),
    original: leadSource?.original.occurredTime,
    current: leadSource?.current.occurredTime,
    latestOccurredTime: leadSource?.latestOccurredTime,
  };
}
