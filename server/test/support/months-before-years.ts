import { measureColumns } from '../../src/storage/money-columns.ts';

/** The organization, the currency, the month, the tuple and the measure of each: the last month of 1969, two years, and more than one of all. */
const months = [
  [1, 'EUR', -1, 7, 1],
  [1, 'EUR', 0, 7, 2],
  [1, 'EUR', 11, 7, 3],
  [1, 'EUR', 11, 8, 4],
  [1, 'EUR', 12, 7, 5],
  [1, 'JPY', 12, 7, 6],
  [2, 'EUR', 5, 7, 7],
] as const;

/** Each row is of one credit, and has the same in all of its measures. */
export function rowsOfMonths(): string {
  return months
    .map(([organization, currency, month, tuple, measure]) => {
      const measures = measureColumns.map(() => measure).join(', ');
      return `(${organization}, 1, '${currency}', ${month}, ${tuple}, 1, ${measures})`;
    })
    .join(', ');
}

export const sumsOfYears = `
  SELECT organization_id, currency, year, tuple_id, credits, conversions_first, dated_refunds_time_decay
  FROM credit_years ORDER BY 1, 2, 3, 4`;

export const expectedYears = [
  [1, 'EUR', -1, 7, 1, 1, 1],
  [1, 'EUR', 0, 7, 2, 5, 5],
  [1, 'EUR', 0, 8, 1, 4, 4],
  [1, 'EUR', 1, 7, 1, 5, 5],
  [1, 'JPY', 1, 7, 1, 6, 6],
  [2, 'EUR', 0, 7, 1, 7, 7],
];
