import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { reportDialect as ofPostgres } from '../../src/storage/postgres/report.ts';
import type { ReportDialect } from '../../src/storage/queries/credit-sum.ts';
import { reportDialect as ofSqlite } from '../../src/storage/sqlite/report.ts';
import { freshDatabase } from '../support/postgres.ts';

const count = 300_000;
const weights = [1 / 3, 1 / 7, 2 ** -11, 1000 / 7];

function question({ query, sumOfFractions }: ReportDialect, numbers: string): string {
  const sums = weights.map((weight, place) => {
    const fraction = sql`cast(${sql.lit(weight)} as double precision)`;
    return sql`${sumOfFractions(sql`${fraction} + number * 0`)} as ${sql.ref(`sum_${place}`)}`;
  });
  return sql`select ${sql.join(sums)} from (${sql.raw(numbers)}) as counted`.compile(query).sql;
}

test.each([
  [
    'SQLite',
    async () => {
      const numbers = `with recursive n(number) as (select 1 union all select number + 1 from n where number < ${count}) select * from n`;
      using database = new DatabaseSync(':memory:');
      return database.prepare(question(ofSqlite, numbers)).get();
    },
  ],
  [
    'PostgreSQL',
    async () => {
      const database = await freshDatabase();
      const numbers = `select * from generate_series(1, ${count}) as n(number)`;
      const [row] = await database.run(question(ofPostgres, numbers));
      await database.drop();
      return row;
    },
  ],
] as const)(
  '%s adds up hundreds of thousands of fractions as exactly as one number can be',
  async (_name, ask) => {
    const sums = Object.values((await ask()) ?? {}).map(Number);
    expect(sums).toHaveLength(weights.length);
    for (const [place, weight] of weights.entries()) {
      const exact = Number(BigInt(weight * 2 ** 60) * BigInt(count)) / 2 ** 60;
      expect(Math.abs((sums[place] ?? 0) / exact - 1)).toBeLessThan(4e-16);
    }
  },
);
