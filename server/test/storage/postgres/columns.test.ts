import { sql } from 'kysely';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ColumnsRow, columnsIn, inColumns } from '../../../src/storage/postgres/columns.ts';
import { numericTypes } from '../../../src/storage/postgres/numeric-types.ts';
import type { SumKind } from '../../../src/storage/queries/sum-query.ts';
import { type FreshDatabase, migratedDatabase } from '../../support/postgres.ts';

let database: FreshDatabase;
let client: Client;
beforeAll(async () => {
  database = await migratedDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const columns = new Map<string, SumKind>([
  ['stored', 'whole'],
  ['weight', 'fraction'],
  ['sum', 'whole'],
]);

/** What is read of rows with these cells, column by column. */
async function read(rows: readonly (readonly [string, string, string])[]): Promise<unknown> {
  const cells = rows.map(([stored, weight, sum], place) => {
    return sql.raw(`select (${stored})::bigint, (${weight})::float8, (${sum})::numeric::text, ${place}`);
  });
  const none = sql`select null::bigint, null::float8, null::text, null::int where false`;
  const listed = sql.join([none, ...cells], sql` union all `);
  const asked = sql`select stored, weight, sum from (${listed}) as listed (stored, weight, sum, place) order by place`;
  const { sql: text, parameters } = inColumns({ rows: asked, columns }).compile();
  const answer = await client.query<ColumnsRow>({ text, values: [...parameters], types: numericTypes });
  return Object.fromEntries(columnsIn(columns, answer.rows[0]));
}

describe('the rows of a query of sums, as one', () => {
  test('are read column by column, in their order', async () => {
    const rows = [
      ['1', '0.5', '7'],
      ['-20', '2', '0'],
      ['300', '-1e300', '-8'],
    ] as const;
    expect(await read(rows)).toEqual({ stored: [1, -20, 300], weight: [0.5, 2, -1e300], sum: [7, 0, -8] });
  });

  test('are exact, however long they are', async () => {
    const { MAX_SAFE_INTEGER: most } = Number;
    const longest = 9_223_372_036_854_775_807n;
    const rows = [
      [`${longest}`, '0.1', `${longest * 1000n}`],
      [`-${longest}`, String(1 / 3), `-${longest}`],
      [`${most}`, '999999999999999', `${BigInt(most) + 1n}`],
    ] as const;
    expect(await read(rows)).toEqual({
      stored: [longest, -longest, most],
      weight: [0.1, 1 / 3, 999_999_999_999_999],
      sum: [longest * 1000n, -longest, BigInt(most) + 1n],
    });
  });

  test('have nothing where nothing was added up', async () => {
    const rows = [
      ['null', 'null', 'null'],
      ['1', '1', '1'],
    ] as const;
    expect(await read(rows)).toEqual({ stored: [0, 1], weight: [0, 1], sum: [0, 1] });
  });

  test('are empty columns where there are none', async () => {
    expect(await read([])).toEqual({ stored: [], weight: [], sum: [] });
  });
});
