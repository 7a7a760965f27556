import { expect, test } from 'vitest';
import { compareValues, valuesOf } from '../../src/domain/dimension.ts';
import { tupleWith } from '../support/landings.ts';

test('values are those of the dimensions asked for, in their order', () => {
  const tuple = tupleWith({ source: 's', medium: 'm' });
  expect(valuesOf(['source', 'channel', 'campaign'], tuple, () => 'Email')).toEqual(['s', 'Email', null]);
});

test('rows are in the order of their first values that differ: unset ones, then by code point', () => {
  const ordered = [
    [null, 'b'],
    ['A', null],
    ['A', 'z'],
    ['a', null],
    ['\uffee', null],
    ['𐀀', null],
  ] as const;
  const shuffled = [4, 2, 0, 5, 3, 1].map((place) => ordered[place] ?? []);
  expect(shuffled.toSorted(compareValues)).toEqual(ordered);
  expect(compareValues(['a', 'b'], ['a', 'b'])).toBe(0);
});
