import { expect, test } from 'vitest';
import { spanOf } from '../../src/domain/conversion-times.ts';

test('the conversions of two customers together begin with the first of all and end with the latest', () => {
  const [one, other] = [
    { first: 1, latest: 5 },
    { first: 2, latest: 9 },
  ];
  expect([spanOf(one, other), spanOf(other, one)]).toEqual([
    { first: 1, latest: 9 },
    { first: 1, latest: 9 },
  ]);
  expect([spanOf(one, null), spanOf(null, one), spanOf(null, null)]).toEqual([one, one, null]);
});
