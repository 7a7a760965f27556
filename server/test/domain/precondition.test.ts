import { expect, test } from 'vitest';
import { holds, type Precondition } from '../../src/domain/precondition.ts';

const cases: readonly (readonly [Precondition, boolean, boolean])[] = [
  // What is asked; whether it holds for the tag "2"; whether it holds where nothing is.
  [{}, true, true],
  [{ ifMatch: '*' }, true, false],
  [{ ifMatch: ['"2"'] }, true, false],
  [{ ifMatch: ['"1"', '"2"'] }, true, false],
  [{ ifMatch: ['"1"'] }, false, false],
  [{ ifMatch: [] }, false, false],
  [{ ifNoneMatch: '*' }, false, true],
  [{ ifNoneMatch: ['"2"'] }, false, true],
  [{ ifNoneMatch: ['"1"'] }, true, true],
  [{ ifNoneMatch: [] }, true, true],
  [{ ifMatch: '*', ifNoneMatch: ['"1"'] }, true, false],
  [{ ifMatch: '*', ifNoneMatch: '*' }, false, false],
];

test.each(cases)('%j holds for the tag "2": %s, and for nothing: %s', (precondition, forTag, forNothing) => {
  expect(holds(precondition, '"2"')).toBe(forTag);
  expect(holds(precondition, null)).toBe(forNothing);
});
