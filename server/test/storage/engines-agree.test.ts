import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerSortFields } from '../../src/domain/customer-query.ts';
import { Failure } from '../../src/domain/failure.ts';
import { countOf } from '../support/counts.ts';
import { announceSeed } from '../support/random.ts';
import { StoreRoom } from '../support/store-room.ts';
import { engines, type OpenedStore } from './engines.ts';

const operationsEach = 60;
const runs = Math.ceil(countOf(20_000) / operationsEach);
const seed = announceSeed('engines');

type Operation = (room: StoreRoom) => Promise<unknown>;

const id = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'é', 'ﬁ', '😀');
const givenId = fc.constantFrom('one', 'two', 'three', 'four');
const text = fc.option(
  fc.constantFrom('', 'google', 'Google', 'Zürich', 'zz', '😀', "'", '\\', '{"a",NULL}', 'NULL'),
);
const facts = fc.record({
  source: text,
  medium: text,
  clickId: text,
  path: text,
  referrer: fc.constantFrom(null, 'https://example.com/x'),
});
const precondition = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.constant({ ifNoneMatch: '*' as const }) },
  { weight: 1, arbitrary: fc.constant({ ifMatch: '*' as const }) },
  { weight: 1, arbitrary: fc.nat(4).map((tag) => ({ ifMatch: [`"${tag}"`] })) },
);
const customFields = fc.dictionary(
  fc.constantFrom('k', '"', '\\u'),
  fc.constantFrom<unknown>(1, null, '\u0000', '\ud800', []),
  {
    maxKeys: 2,
  },
);
const condition = fc.record({
  field: fc.constantFrom('id', 'websiteId', 'leadSource.source', 'original.medium', 'leadSource.path'),
  negated: fc.boolean(),
  alternatives: fc.array(
    fc.oneof(
      text.map((equals) => ({ equals })),
      fc.record({
        from: fc.option(fc.constantFrom('', 'H'), { nil: undefined }),
        to: fc.constantFrom('a', 'zz'),
      }),
    ),
    { minLength: 1, maxLength: 2 },
  ),
});
const sortKey = fc.record({ field: fc.constantFrom(...customerSortFields), descending: fc.boolean() });
const page = { limit: fc.constantFrom(1, 3, 100), offset: fc.constantFrom(0, 0, 2) };
const query = fc.record({
  ...page,
  filter: fc.array(condition, { maxLength: 2 }),
  sort: fc.uniqueArray(sortKey, { maxLength: 2, selector: ({ field }) => field }),
});

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ id, facts, precondition })
      .map((put) => (room: StoreRoom) => room.put(put.id, put.facts, put.precondition)),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ id, precondition })
      .map((remove) => (room: StoreRoom) => room.remove(remove.id, remove.precondition)),
  },
  {
    weight: 2,
    arbitrary: fc.record({ id, websiteId: text, customFields, mustBeNew: fc.boolean() }).map(
      ({ id: customerId, mustBeNew, ...members }) =>
        (room: StoreRoom) =>
          room.save(customerId, { facts: members, mustBeNew }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({
        id,
        facts,
        givenId: fc.option(givenId),
        ago: fc.constantFrom(-1, 0, 1, 1000),
        captured: fc.boolean(),
      })
      .map((told) => (room: StoreRoom) => {
        const occurredTime = room.now - told.ago;
        const origin = told.captured ? 'capture' : 'api';
        return room.add(told.id, told.facts, { givenId: told.givenId, occurredTime, origin });
      }),
  },
  {
    weight: 2,
    arbitrary: fc
      .record({ id, givenId })
      .map((undone) => (room: StoreRoom) => room.undo(undone.id, undone.givenId)),
  },
  {
    weight: 2,
    arbitrary: fc.record({ from: id, to: id }).map(
      ({ from, to }) =>
        (room: StoreRoom) =>
          room.merge(from, to),
    ),
  },
);
/** By what was read just before: it runs alone. */
const withdrawal: fc.Arbitrary<Operation> = fc
  .record({
    id,
    manner: fc.constantFrom('removeTouches' as const, 'stripTouches' as const),
    places: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 2 }),
    announces: fc.boolean(),
  })
  .map((withdrawn) => async (room: StoreRoom) => {
    const touches = (await room.touches(withdrawn.id)) ?? [];
    const keys = withdrawn.places.flatMap((place) => touches[place]?.touch.key ?? []);
    const { manner, announces } = withdrawn;
    return room.withdraw(manner, withdrawn.id, keys, { cause: 'expire', announces });
  });
/** Events are left to those who listen when a change is committed: it runs alone, so that the engines agree on when. */
const listening: fc.Arbitrary<Operation> = fc
  .constantFrom('active' as const, 'inactive' as const)
  .map((status) => async (room: StoreRoom) => {
    await room.listen(status);
    return status;
  });
const read: fc.Arbitrary<Operation> = fc.oneof(
  withdrawal,
  id.map((customerId) => (room: StoreRoom) => room.customer(customerId)),
  id.map((customerId) => (room: StoreRoom) => room.touches(customerId)),
  id.map((customerId) => (room: StoreRoom) => timelineOf(room, customerId)),
  query.map((wanted) => (room: StoreRoom) => room.customers(wanted as Parameters<StoreRoom['customers']>[0])),
  fc.constant((room: StoreRoom) => room.events()),
  listening,
);
/** Writes that are asked for at once, and then what runs alone. */
const steps = fc.array(
  fc.record({
    clockMilliseconds: fc.constantFrom(0, 0, 1, -3),
    writes: fc.array(operation, { minLength: 5, maxLength: 5 }),
    read,
  }),
  { minLength: operationsEach / 6, maxLength: operationsEach / 6 },
);

let opened: readonly OpenedStore[];
beforeAll(async () => {
  opened = await Promise.all(engines.map((engine) => engine.open()));
});
afterAll(async () => {
  await Promise.all(opened.map((each) => each.dispose()));
});

test('whatever is asked, every engine gives the same answers', {
  timeout: 60_000 + runs * 2_000,
}, async () => {
  const property = fc.asyncProperty(steps, async (sequence) => {
    const [reference = [], ...others] = await Promise.all(
      opened.map(({ store }) => answersOf(store, sequence)),
    );
    for (const answers of others) expect(answers).toEqual(reference);
  });
  await fc.assert(property, { numRuns: runs, seed });
});

/** Without ids, which keys are in. */
async function timelineOf(room: StoreRoom, customerId: string): Promise<unknown> {
  const timeline = await room.timeline(customerId);
  return timeline?.items.map(({ id: _id, ...entry }) => entry) ?? null;
}

type Sequence = typeof steps extends fc.Arbitrary<infer Value> ? Value : never;

async function answersOf(store: OpenedStore['store'], sequence: Sequence): Promise<readonly unknown[]> {
  const room = await StoreRoom.openHeard(() => store);
  const ranks = new Map<number, number>();
  const answers: unknown[] = [];
  for (const { clockMilliseconds, writes, read: reading } of sequence) {
    room.now += clockMilliseconds;
    answers.push(
      ...(await Promise.all(writes.map((write) => answerOf(write(room))))),
      await answerOf(reading(room)),
    );
  }
  return answers.map((answer) => withRanks(answer, ranks));
}

async function answerOf(asked: Promise<unknown>): Promise<unknown> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof Failure) return `failed: ${error.code}`;
    throw error;
  }
}

const keyMembers = new Set(['key', 'current', 'previous', 'original']);

/** Keys of touches as the order in which they were first seen: engines leave different gaps. */
function withRanks(answer: unknown, ranks: Map<number, number>): unknown {
  return JSON.parse(JSON.stringify(answer), (member, value) => {
    if (!keyMembers.has(member) || typeof value !== 'number') return value;
    const rank = ranks.get(value) ?? ranks.size;
    ranks.set(value, rank);
    return rank;
  });
}
