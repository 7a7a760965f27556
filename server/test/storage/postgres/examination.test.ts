import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { examinePostgres } from '../../../src/storage/postgres/examination.ts';
import { openDatabase } from '../../../src/storage/postgres/migrations.ts';
import { type FreshDatabase, migratedDatabase } from '../../support/postgres.ts';

let database: FreshDatabase;
beforeEach(async () => {
  database = await migratedDatabase();
});
afterEach(() => database.drop());

/** But for what the server of the tests does on purpose. */
async function wrongs(): Promise<readonly string[]> {
  const findings = await examinePostgres(database.url, Date.now);
  return findings
    .filter(({ verdict, sentence }) => verdict === 'wrong' && !sentence.includes('fsync'))
    .map(({ subject, sentence }) => `${subject}: ${sentence}`);
}

describe('an examination names, by its subject, what a start refuses:', () => {
  test.each([
    ['default_transaction_read_only = on', 'writing'],
    ['row_security = off', 'row security'],
    ['array_nulls = off', 'nulls'],
    ['extra_float_digits = 0', 'fractions'],
    ['synchronous_commit = off', 'durability'],
  ])('%s', async (setting, subject) => {
    expect(await wrongs()).toEqual([]);
    await database.alter(`SET ${setting}`);
    const refusal = await openDatabase(database.url, 'server').catch((error: Error) => error.message);
    expect(refusal).toContain(setting);
    expect(await wrongs()).toEqual([`${subject}: ${refusal}`]);
  });

  test('each of several settings', async () => {
    await database.alter('SET row_security = off');
    await database.alter('SET default_transaction_read_only = on');
    expect(await wrongs()).toEqual([
      expect.stringContaining('default_transaction_read_only'),
      expect.stringContaining('row_security'),
    ]);
  });

  test('a schema in which the role may make no tables, though all are there', async () => {
    await database.run('ALTER SCHEMA public OWNER TO CURRENT_USER');
    await database.run('REVOKE CREATE ON SCHEMA public FROM public');
    expect(await wrongs()).toEqual([
      'tables: The role may make no tables in its schema: grant it CREATE there.',
    ]);
  });
});
