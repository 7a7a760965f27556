import { expect, test } from 'vitest';
import { closingStatements } from '../../src/storage/queries/affiliate-closing.ts';
import { query } from '../../src/storage/sqlite/connection.ts';

test('closing a period restates thousands of conversions by few statements', () => {
  const restated = Array.from({ length: 2000 }, (_none, number) => ({
    about: 1 + (number % 2),
    conversionKey: number,
  }));
  const statements = closingStatements(query, 1, { lines: [], accounts: [], clicks: [], restated });
  const named = statements.map((statement) => statement.compile().parameters);
  expect(named).toHaveLength(4);
  expect(named.flatMap(([, about, ...keys]) => keys.map((key) => [about, key])).toSorted()).toEqual(
    restated.map(({ about, conversionKey }) => [about, conversionKey]).toSorted(),
  );
});
