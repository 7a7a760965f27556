import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eachWithPauses, inTurns, sortedWithPauses, withoutPauses } from '../../src/domain/pauses.ts';

const numbers = fc.array(fc.nat(50), { maxLength: 2000, size: 'max' });

test('every item is passed, in order, with a pause again and again', async () => {
  const items = Array.from({ length: 1001 }, (_none, number) => number);
  const passed: number[] = [];
  const passedAtPauses: number[] = [];
  const nextTurn = async () => void passedAtPauses.push(passed.length);
  await inTurns(
    eachWithPauses(items, (item) => void passed.push(item)),
    nextTurn,
  );
  expect(passed).toEqual(items);
  expect(passedAtPauses).toEqual([250, 500, 750, 1000]);
});

test('items are sorted with pauses as they are at once, equal ones in their order', () => {
  fc.assert(
    fc.property(numbers, (list) => {
      const items = list.map((number, place) => ({ number, place }));
      const compare = (one: { number: number }, other: { number: number }) => one.number - other.number;
      expect(withoutPauses(sortedWithPauses(items, compare))).toEqual(items.toSorted(compare));
    }),
    { numRuns: 50 },
  );
});

test.each([
  ['mixed', (number: number) => (number * 7919) % 10_007],
  ['reversed', (number: number) => -number],
])('sorting pauses before many items are compared that are %s', (_order, itemAt) => {
  const items = Array.from({ length: 10_000 }, (_none, number) => itemAt(number));
  let compared = 0;
  const sorting = sortedWithPauses(items, (one, other) => {
    compared += 1;
    return one - other;
  });
  let most = 0;
  for (let step = sorting.next(); step.done !== true; step = sorting.next()) {
    most = Math.max(most, compared);
    compared = 0;
  }
  expect(most).toBeLessThan(2500);
});
