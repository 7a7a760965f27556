import { expect, test } from 'vitest';
import { type Cell, preferredType, present } from '../../src/http/tabular.ts';

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

test('a cell is quoted where a reader would lose a part of it, or tell it apart otherwise', async () => {
  const cells: readonly Cell[] = ['a b', ' a', 'a ', 'a,b', 'a"b', 'a\nb', '=a', null, 1.5, { plain: '-2' }];
  const { body } = present('text/csv', {
    ...{ columns: ['one', 'two'], rows: [cells], head: {}, documentOf: () => ({}), tail: () => ({}) },
    cellsOf: (row) => [row],
  });
  expect(String(body)).toBe(`one,two\r\na b," a","a ","a,b","a""b","a\nb",'=a,,1.5,-2\r\n`);
});

test('who keeps answers is told that the form depends on what was asked for', () => {
  const report = {
    columns: [],
    rows: [],
    head: {},
    documentOf: () => ({}),
    tail: () => ({}),
    cellsOf: () => [],
  };
  const headersBy = (accept: string) => present(accept, report).headers;
  expect(headersBy('text/csv')).toEqual({ vary: 'Accept', 'content-type': 'text/csv; charset=utf-8' });
  expect(headersBy('*/*')).toEqual({ vary: 'Accept', 'content-type': 'application/json; charset=utf-8' });
});
