import { expect, test } from 'vitest';
import { filterMatches } from '../../src/domain/credit-filter.ts';

const values = ['a', 'b', 'c', 'd', 'd ', 'e', '\uffee', '😀', null];

test.each([
  ['from b to d', { from: 'b', to: 'd' }, ['b', 'c', 'd']],
  ['from d on', { from: 'd', to: undefined }, ['d', 'd ', 'e', '\uffee', '😀']],
  ['up to b', { from: undefined, to: 'b' }, ['a', 'b']],
  ['from e to the last code point of 16 bits', { from: 'e', to: '\uffff' }, ['e', '\uffee']],
  ['nowhere', { equals: null }, [null]],
])(
  'what lies %s has the ends, and what is unset only where that is said',
  (_words, alternative, matching) => {
    const filter = (negated: boolean) => [{ field: 'source', negated, alternatives: [alternative] }];
    expect(values.filter((value) => filterMatches(filter(false), () => value))).toEqual(matching);
    expect(values.filter((value) => !filterMatches(filter(true), () => value))).toEqual(matching);
  },
);
