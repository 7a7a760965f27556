import { expect, test } from 'vitest';
import { preferredType } from '../../src/http/tabular.ts';

test.each([
  [undefined, 'application/json'],
  ['*/*', 'application/json'],
  ['text/csv', 'text/csv'],
  ['text/*', 'text/csv'],
  ['text/csv, */*', 'text/csv'],
  ['application/json;q=0.5, text/csv', 'text/csv'],
  // What is named is not preferred for that.
  ['text/csv;q=0.5, */*', 'application/json'],
  ['*/*;q=0.5, application/json;q=0', 'text/csv'],
  ['TEXT/CSV; Q=1.000', 'text/csv'],
  // Nothing that is offered is wanted.
  ['image/png', 'application/json'],
  ['text/csv;q=0', 'application/json'],
  ['text/csv;q=2', 'application/json'],
])('of JSON and CSV, who accepts %s gets %s', (accept, type) => {
  expect(preferredType(accept, ['application/json', 'text/csv'])).toBe(type);
});
