import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { binaryArray, type NumberType } from '../../../src/storage/postgres/binary-array.ts';
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

/** What the server takes the array for, element by element. */
async function read(list: readonly number[], type: NumberType): Promise<readonly string[]> {
  const { rows } = await client.query<{ element: string }>(
    `select element::text from unnest($1::${type}[]) with ordinality as given (element, place) order by place`,
    [binaryArray(list, type)],
  );
  return rows.map(({ element }) => element);
}

describe('an array in the format of the server', () => {
  test('holds every exact whole number', async () => {
    const { MAX_SAFE_INTEGER: most, MIN_SAFE_INTEGER: least } = Number;
    const edges = [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1];
    const list = [0, -0, 1, -1, ...edges, ...edges.map((edge) => -edge), most, least];
    expect(await read(list, 'bigint')).toEqual(list.map((each) => String(each)));
  });

  test('holds every fraction to its last digit', async () => {
    const list = [0, 1 / 3, -1 / 3, 0.1 + 0.2, 5e-324, Number.MAX_VALUE, 1e21, 12_345.678];
    expect((await read(list, 'double precision')).map(Number)).toEqual(list);
  });

  test('of nothing is empty', async () => {
    expect(await read([], 'bigint')).toEqual([]);
  });

  test.each<[string, readonly unknown[], NumberType]>([
    ['a null', [1, null], 'bigint'],
    ['digits', [1, '2'], 'double precision'],
    ['a fraction among whole numbers', [1, 0.5], 'bigint'],
    ['a number that is not exact', [2 ** 53], 'bigint'],
  ])('is not made of a list with %s', (_what, list, type) => {
    expect(binaryArray(list, type)).toBeNull();
  });
});
