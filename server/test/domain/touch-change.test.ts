import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Customer, type CustomerChange, putLeadSource } from '../../src/domain/customer.ts';
import { completeLeadSource } from '../../src/domain/lead-source.ts';
import { type KnownTouch, standingOf, type Touch, touchId } from '../../src/domain/touch.ts';
import {
  addTouch,
  receiveTouches,
  removeTouch,
  removeTouches,
  stripTouches,
  type ToldTouch,
} from '../../src/domain/touch-change.ts';
import { failureCodeOf } from '../support/failures.ts';

const now = Date.UTC(2026, 10, 23);

function at(time: number, touchKey: number) {
  return { now: time, actor: 'key_a', touchKey };
}

function told(source: string | null, occurredTime: number | null, more: Partial<ToldTouch> = {}): ToldTouch {
  const given = source === null ? {} : { source };
  return { givenId: null, given, occurredTime, origin: 'api', announces: true, ...more };
}

function put(): Customer {
  return putLeadSource(null, 'c', completeLeadSource({ source: 'put' }), {}, at(now, 1)).customer;
}

function causesOf({ events }: CustomerChange) {
  return events.map(({ type, cause }) => cause ?? type);
}

describe('adding a touch', () => {
  test('makes an unknown customer, whose lead source comes into being as it is told', () => {
    const change = addTouch(null, 'c', told('ad', now - 5000), at(now, 1));
    const { touch } = change.effect.added;
    expect(causesOf(change)).toEqual(['customer-created', 'add']);
    expect(change.customer).toMatchObject({
      revision: 1,
      leadSourceRevision: 1,
      leadSource: { original: touch, current: touch, createdTime: now, updatedTime: now },
    });
    expect(touch).toMatchObject({ occurredTime: now - 5000, recordedTime: now, actor: 'key_a' });
  });

  test.each([
    ['before all others becomes the original', now - 1, 'original'],
    ['after all others becomes the most recent', now + 60_000, 'current'],
    ['of the same moment becomes the most recent', now, 'current'],
  ] as const)('one %s, and a reader sees it', (_words, occurredTime, end) => {
    const before = put();
    const change = addTouch(before, 'c', told('added', occurredTime), at(now + 60_000, 2));
    expect(change.customer.leadSource?.[end]).toBe(change.effect.added.touch);
    expect(change.customer.leadSourceRevision).toBe(before.leadSourceRevision + 1);
    expect(change.customer.leadSource).toMatchObject({ createdTime: now, updatedTime: now + 60_000 });
    expect(change.events).toMatchObject([{ cause: 'add', sequence: 2, current: end === 'current' ? 2 : 1 }]);
  });

  test('one between the others leaves what a reader sees as it was, and nothing is announced', () => {
    const first = put();
    const second = addTouch(first, 'c', told('later', now + 10), at(now + 10, 2)).customer;
    const change = addTouch(second, 'c', told('between', now + 5), at(now + 20, 3));
    expect(change.events).toEqual([]);
    expect(change.customer.leadSource).toEqual(second.leadSource);
    expect(change.customer.leadSourceRevision).toBe(second.leadSourceRevision);
    expect(change.customer.revision).toBe(second.revision + 1);
  });

  test('is never compared: the same twice is two', () => {
    const change = addTouch(put(), 'c', told('put', now), at(now, 2));
    expect(change.effect.added.touch.key).toBe(2);
    expect(change.customer.leadSource?.current).toBe(change.effect.added.touch);
  });

  test('a captured direct touch never becomes the most recent', () => {
    const direct = told(null, now + 5, { origin: 'capture' });
    const { customer, events } = addTouch(put(), 'c', direct, at(now + 5, 2));
    expect(customer.leadSource?.current.key).toBe(1);
    expect(customer.leadSource?.latestOccurredTime).toBe(now + 5);
    expect(events).toEqual([]);
  });

  test('a captured touch stays where it was seen, another that is to count as now comes behind all others', () => {
    const ahead = addTouch(null, 'c', told('ahead', now + 30_000), at(now + 30_000, 1)).customer;
    const momentOf = (origin: 'api' | 'capture') =>
      addTouch(ahead, 'c', told('now', now, { origin }), at(now, 2)).effect.added.touch.occurredTime;
    expect([momentOf('capture'), momentOf('api')]).toEqual([now, now + 30_000]);
  });

  test('tells nobody where it is not to be announced', () => {
    const imported = told('a', now, { origin: 'import', announces: false });
    expect(addTouch(null, 'c', imported, at(now, 1)).events).toEqual([]);
    const announced = addTouch(null, 'c', { ...imported, announces: true }, at(now, 1));
    expect(causesOf(announced)).toEqual(['customer-created', 'import']);
  });

  test('up to 60 seconds ahead counts as now, later fails', () => {
    expect(addTouch(null, 'c', told('a', now + 60_000), at(now, 1)).effect.added.touch.occurredTime).toBe(
      now,
    );
    const late = () => addTouch(null, 'c', told('a', now + 60_001), at(now, 1));
    expect(failureCodeOf(late)).toBe('invalid');
  });

  test('a clock that went back never moves the moment the lead source came into being', () => {
    const { customer } = addTouch(put(), 'c', told('a', now - 100), at(now - 100, 2));
    expect(customer.leadSource).toMatchObject({ createdTime: now, updatedTime: now });
  });
});

describe('undoing a touch', () => {
  test('of one that is unknown, or of a customer without, fails', () => {
    const customer = put();
    const history = [known(customer.leadSource?.current)];
    expect(failureCodeOf(() => removeTouch(customer, history, 'tch_0000000000009', now))).toBe('not-found');
    expect(failureCodeOf(() => removeTouch(null, [], 'tch_0000000000001', now))).toBe('not-found');
    expect(failureCodeOf(() => removeTouch({ ...customer, leadSource: null }, [], 'x', now))).toBe(
      'not-found',
    );
  });

  test('the last leaves the customer without lead source', () => {
    const customer = put();
    const history = [known(customer.leadSource?.current)];
    const change = removeTouch(customer, history, 'tch_0000000000001', now + 1);
    expect(change).toMatchObject({
      effect: { keys: [1] },
      customer: { leadSource: null, leadSourceRevision: 2 },
    });
    expect(change.events).toMatchObject([{ cause: 'undo', current: null, previous: 1, original: null }]);
  });

  test('gives back what was before it, and leaves the rest alone', () => {
    const first = put();
    const { customer: second, effect } = addTouch(first, 'c', told('b', now + 1), at(now + 1, 2));
    const history = [known(first.leadSource?.current), known(effect.added.touch, 'mine')];
    const { customer, events } = removeTouch(second, history, 'mine', now + 2);
    expect(customer.leadSource).toEqual({ ...first.leadSource, updatedTime: now + 2 });
    expect(events).toMatchObject([{ cause: 'undo', current: 1, previous: 2 }]);
  });
});

describe('taking touches away, or their details', () => {
  const seen = { given: { source: 'ad', clickId: 'click', path: '/p' } };
  const first = addTouch(null, 'c', told('x', now, seen), at(now, 1));
  const second = addTouch(
    first.customer,
    'c',
    told('x', now + 1, { given: { source: 'b' } }),
    at(now + 1, 2),
  );
  const third = addTouch(second.customer, 'c', told('x', now + 2, seen), at(now + 2, 3));
  const fourth = addTouch(third.customer, 'c', told('d', now + 3), at(now + 3, 4));
  const history = [first, second, third, fourth].map(({ effect }) => known(effect.added.touch));
  const { customer } = fourth;
  const by = (keys: readonly number[]) => ({ keys, cause: 'expire' as const, now: now + 9 });

  test('of one between the others leaves what a reader sees as it was, and nothing is announced', () => {
    const change = removeTouches(customer, history, by([3]));
    expect(change).toMatchObject({ effect: { kind: 'removes', keys: [3] }, events: [] });
    expect(change?.customer.leadSource).toEqual(customer.leadSource);
    expect(change?.customer).toMatchObject({
      revision: customer.revision + 1,
      leadSourceRevision: customer.leadSourceRevision,
    });
  });

  test('concerns those that the customer has, whatever else is named', () => {
    expect(removeTouches(customer, history, by([9, 1]))?.effect).toEqual({ kind: 'removes', keys: [1] });
    expect(removeTouches(customer, history, by([9]))).toBeNull();
    expect(removeTouches(null, [], by([1]))).toBeNull();
    const stripped = stripTouches(customer, history, by([2, 3, 4, 9]))?.effect;
    expect(stripped).toMatchObject({ kind: 'strips', touches: [{ key: 3 }] });
    expect(stripTouches(customer, history, by([2, 4, 9]))).toBeNull();
    expect(stripTouches(null, [], by([1]))).toBeNull();
  });

  test('details of the original go where a reader sees them, who is told; the campaign stays', () => {
    const change = stripTouches(customer, history, by([1]));
    expect(change?.customer.leadSource).toMatchObject({
      original: { key: 1, leadSource: { source: 'ad', clickId: null, path: null } },
      current: customer.leadSource?.current,
      createdTime: now,
      updatedTime: now + 9,
    });
    expect(change?.customer.leadSourceRevision).toBe(customer.leadSourceRevision + 1);
    expect(change?.events).toMatchObject([
      { cause: 'expire', occurredTime: now + 9, original: 1, current: 4 },
    ]);
  });

  test('details of the most recent one go likewise, be the clock behind or not', () => {
    const upToThird = history.slice(0, 3);
    const change = stripTouches(third.customer, upToThird, { ...by([3]), now: now - 9 });
    expect(change?.customer.leadSource).toMatchObject({
      original: { leadSource: { clickId: 'click' } },
      current: { key: 3, leadSource: { source: 'ad', clickId: null, path: null } },
      updatedTime: now + 2,
    });
  });

  test('details of one between the others go without a reader seeing it', () => {
    const change = stripTouches(customer, history, by([3]));
    expect(change?.events).toEqual([]);
    expect(change?.customer).toEqual({
      ...customer,
      revision: customer.revision + 1,
      updatedTime: now + 9,
    });
  });
});

test('who receives no touches stays as it is', () => {
  const customer = put();
  expect(receiveTouches(customer, 'c', [], now + 1)).toEqual({
    customer,
    effect: { kind: 'keeps' },
    events: [],
  });
});

const touchTold = fc.record({
  occurredTime: fc.integer({ min: now - 50, max: now }),
  source: fc.constantFrom(null, 'a', 'b'),
  origin: fc.constantFrom('api' as const, 'capture' as const, 'import' as const),
});

describe('whatever the order in which touches come and go', () => {
  test('original and current are what the remaining touches say', () => {
    const property = fc.property(
      fc.array(fc.record({ told: touchTold, undoes: fc.option(fc.nat(9)) }), { maxLength: 12 }),
      (steps) => {
        let customer: Customer | null = null;
        let history: readonly KnownTouch[] = [];
        for (const [place, step] of steps.entries()) {
          const { source, ...rest } = step.told;
          const change: ReturnType<typeof addTouch> = addTouch(
            customer,
            'c',
            { ...told(source, now), ...rest },
            at(now, place + 1),
          );
          customer = change.customer;
          history = [...history, known(change.effect.added.touch)];
          const undone = step.undoes === null ? undefined : history[step.undoes];
          if (undone !== undefined) {
            customer = removeTouch(customer, history, touchId(undone), now).customer;
            history = history.filter((each) => each !== undone);
          }
          expect(standingOfCustomer(customer)).toEqual(standingOf(history.map(({ touch }) => touch)));
        }
      },
    );
    fc.assert(property, { numRuns: 500 });
  });
});

function standingOfCustomer({ leadSource }: Customer) {
  if (leadSource === null) return null;
  const { original, current, latestOccurredTime } = leadSource;
  return { original, current, latestOccurredTime };
}

function known(touch: Touch | undefined, givenId: string | null = null): KnownTouch {
  if (touch === undefined) throw new Error('There is no touch.');
  return { touch, givenId };
}
