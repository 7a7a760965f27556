import { readdir, readFile } from 'node:fs/promises';
import { DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ConnectionLost, isPassing, translateError } from '../../../src/storage/postgres/errors.ts';
import { Session } from '../../../src/storage/postgres/session.ts';
import { preparedStatements, type Statement } from '../../../src/storage/postgres/statement.ts';
import { openPostgresStore } from '../../../src/storage/postgres/store.ts';
import { tables, tablesWhere } from '../../../src/storage/postgres/tables.ts';
import { keepBusy } from '../../support/busy-organization.ts';
import { type FreshDatabase, freshDatabase } from '../../support/postgres.ts';
import { plainText, unheldMentions } from '../../support/statements.ts';

/** What a PostgreSQL that is spread over nodes by organization asks of tables and statements. */
const distributed = tablesWhere(({ place }) => place === 'distributed');
const replicated = tablesWhere(({ place }) => place === 'replicated');
const source = new URL('../../../src/storage/postgres/', import.meta.url);

let database: FreshDatabase;
/** Every text that the engine sent while it did all that it can do, with those that were made but not sent. */
let texts: readonly string[];
let commands: readonly string[];

beforeAll(async () => {
  database = await freshDatabase();
  const sent: Statement<unknown>[] = [];
  const spies = (['all', 'run', 'send'] as const).map((method) => vi.spyOn(Session.prototype, method));
  const commandSpy = vi.spyOn(Session.prototype, 'sendCommand');
  const store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  await keepBusy(store, new Uint8Array(32));
  const key = { id: 'k', publicJwk: {}, privateJwk: {}, createdTime: 1 };
  await store.write('ensureSigningKey', { key });
  await store[Symbol.asyncDispose]();
  for (const spy of spies) sent.push(...spy.mock.calls.map(([statement]) => statement));
  commands = commandSpy.mock.calls.map(([text]) => text);
  vi.restoreAllMocks();
  const all = [...sent, ...preparedStatements.values()];
  texts = [...new Set(all.map(({ text }) => plainText(text)))];
});

afterAll(() => database.drop());

function textsWith(pattern: RegExp): readonly string[] {
  return texts.filter((text) => pattern.test(text));
}

/** Of whom a statement changes rows; null for one that only reads. */
function changedTable(text: string): string | null {
  return /^(?:insert into|update|delete from) (\w+)/.exec(text)?.[1] ?? null;
}

describe('the tables', () => {
  test('all have an organization, a number that is never missing, but those of the operator', async () => {
    const rows = await database.run(
      `SELECT c.relname AS table, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS kept
       FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
       WHERE c.relname = ANY ($1) ORDER BY 1`,
      [Object.keys(tables)],
    );
    const known = Object.keys(tables).toSorted();
    const expected = known.map((table) =>
      table === 'signing_keys' ? { table, type: null, kept: null } : { table, type: 'bigint', kept: true },
    );
    expect(rows).toEqual(expected);
  });

  test('that are spread have keys and unique indexes that begin with it, and one key each', async () => {
    const rows = await database.run(
      `SELECT t.relname AS table, count(*) FILTER (WHERE i.indisprimary)::int AS keys,
         bool_and(a.attname = 'organization_id') AS first FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
       JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
       WHERE t.relname = ANY ($1) GROUP BY 1 ORDER BY 1`,
      [distributed],
    );
    expect(rows).toEqual(distributed.toSorted().map((table) => ({ table, keys: 1, first: true })));
  });

  test('compare text by its code points wherever it is in a key', async () => {
    const rows = await database.run(
      `SELECT DISTINCT c.collname AS name FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
       CROSS JOIN LATERAL unnest(i.indcollation) AS k (collation_id) JOIN pg_collation c ON c.oid = k.collation_id
       WHERE t.relname = ANY ($1)`,
      [Object.keys(tables)],
    );
    expect(rows).toEqual([{ name: 'C' }]);
  });

  test('refer to each other only among those that are on every node', async () => {
    const rows = await database.run(
      `SELECT conrelid::regclass::text AS from, confrelid::regclass::text AS to FROM pg_constraint
       WHERE contype = 'f' AND connamespace = 'public'::regnamespace`,
    );
    const ends = rows.flatMap(({ from, to }) => [from, to]);
    expect(replicated).toEqual(expect.arrayContaining(ends));
  });

  test('have neither triggers nor rules, and those that are spread no value that the database gives', async () => {
    const [counts] = await database.run(
      `SELECT (SELECT count(*)::int FROM pg_trigger WHERE NOT tgisinternal) AS triggers,
         (SELECT count(*)::int FROM pg_rewrite JOIN pg_class c ON c.oid = ev_class
          WHERE c.relname = ANY ($1)) AS rules,
         (SELECT count(*)::int FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
          WHERE c.relname = ANY ($1) AND a.attnum > 0 AND (a.atthasdef OR a.attidentity <> '')
            AND c.relname <> 'organizations') AS defaults`,
      [Object.keys(tables)],
    );
    expect(counts).toEqual({ triggers: 0, rules: 0, defaults: 0 });
  });
});

describe('the statements', () => {
  test('are all there', () => {
    expect(texts.length).toBeGreaterThan(40);
    expect(textsWith(/on conflict .* do update set/).length).toBeGreaterThan(3);
  });

  test('name their organization by a parameter, so that each goes to one node, but those that find who has work', () => {
    // Keys are on every node, so that they are found anywhere. What asks all nodes who has work reads one table, and no more.
    const spread = texts.filter((text) => unheldMentions(text).length > 0);
    const asked =
      /^select distinct organization_id from \w+ where organization_id = any\(\$1::bigint\[\]\)(?: and \w+ [^()]+)?$/;
    expect(spread.filter((text) => !asked.test(text))).toEqual([
      'select organization_id from api_keys where secret_hash = $1',
    ]);
    expect(tables.api_keys.place).toBe('replicated');
  });

  test('that change rows call nothing whose answer changes, and ask nothing besides', async () => {
    const changing = texts.filter((text) => changedTable(text) !== null);
    const called = new Set(
      changing.flatMap((text) => Array.from(text.matchAll(/\b(\w+) ?\(/g), ([, name]) => name)),
    );
    const rows = await database.run(
      "SELECT DISTINCT proname FROM pg_proc WHERE proname = ANY ($1) AND provolatile <> 'i'",
      [[...called]],
    );
    expect(rows).toEqual([]);
    expect(textsWith(/\b(?:current_(?:date|time|timestamp)|localtime|localtimestamp|default)\b/)).toEqual([]);
    expect(textsWith(/^(?:update|delete)\b.*\bselect\b/)).toEqual([]);
    expect(textsWith(/\bdo update\b.*\bselect\b/)).toEqual([]);
  });

  test('add many rows in the order of their keys, as every other process does', async () => {
    const adding = textsWith(/^insert into \w+ .* from unnest\(/);
    expect(adding.length).toBeGreaterThan(5);
    const rows = await database.run(
      `SELECT c.relname AS table_name,
         coalesce(string_agg(a.attname, ', ' ORDER BY k.place) FILTER (WHERE a.attname <> 'organization_id'),
           'organization_id') AS key
       FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
       CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
       WHERE i.indisprimary GROUP BY c.relname`,
    );
    const keys = new Map(rows.map(({ table_name: table, key }) => [table, key]));
    for (const text of adding) {
      const key = keys.get(changedTable(text));
      expect(text.includes(` order by ${key} on conflict `) || text.endsWith(` order by ${key}`), text).toBe(
        true,
      );
    }
  });

  test('count what was added by what comes back', () => {
    expect(textsWith(/\bdo nothing\b/).length).toBeGreaterThan(1);
    expect(textsWith(/\bdo nothing\b(?!.*\breturning\b)/)).toEqual([]);
  });

  test('lock rows only of one organization, and skip none', () => {
    const locking = textsWith(/ for (?:no key update|update|share|key share)\b/);
    const ofTenants = locking.filter((text) => !text.includes(' from organizations '));
    expect(ofTenants.length).toBeGreaterThan(0);
    for (const text of ofTenants) expect(unheldMentions(text), text).toEqual([]);
    expect(textsWith(/skip locked/)).toEqual([]);
  });

  test('use nothing that is refused for spread tables, or means something else there', () => {
    expect(textsWith(/\b(?:lateral|merge|grouping sets|recursive|not exists)\b/)).toEqual([]);
    expect(textsWith(/^with\b/)).toEqual([]);
    expect(textsWith(/^(?:lock|truncate|copy|listen|notify)\b|advisory/)).toEqual([]);
  });

  test('keep no count in a table that is on every node', () => {
    const changed = texts.filter((text) => replicated.some((table) => table === changedTable(text)));
    expect(changed.length).toBeGreaterThan(4);
    for (const text of changed) expect(text).not.toMatch(/\b(\w+) = (?:\w+\.)?\1 [+-]/);
    expect(tables.key_ranges.place).toBe('distributed');
    expect(tables.api_key_uses.place).toBe('distributed');
    expect(tables.call_counts.place).toBe('distributed');
  });
});

test('nothing is set on a connection but for the transaction under way', () => {
  const settings = new Set(commands.flatMap((text) => text.split(';')).map((text) => text.trim()));
  expect(settings.size).toBeGreaterThan(5);
  const others = [...settings].filter((text) => !/^(?:SET LOCAL |BEGIN |COMMIT$|ROLLBACK$)/.test(text));
  expect(others).toEqual([]);
});

describe('an error', () => {
  const coded = (code: string) => Object.assign(new DatabaseError('', 0, 'error'), { code });

  test.each(['40001', '40P01', '23505'])('%s lets the transaction be decided anew', (code) => {
    expect(isPassing(coded(code))).toBe(true);
  });

  test('after which nobody knows whether it was kept is told as it is, and nothing is repeated', () => {
    for (const lost of [coded('08006'), new ConnectionLost(null)]) {
      expect(isPassing(lost)).toBe(false);
      expect(translateError(lost)).toMatchObject({ code: 'unavailable' });
    }
  });

  test('is known by its SQLSTATE alone: names and words are other ones on a cluster', async () => {
    const files = (await readdir(source)).filter((name) => name.endsWith('.ts'));
    expect(files.length).toBeGreaterThan(10);
    for (const name of files) {
      const text = await readFile(new URL(name, source), 'utf8');
      expect(text, name).not.toMatch(
        /\b(?:error|cause|reason)\.(?:constraint|detail|hint|routine|table|schema)\b/,
      );
      expect(text, name).not.toMatch(/message\.(?:includes|match|startsWith|endsWith|indexOf|search)\b/);
      expect(text, name).not.toMatch(/\.test\([^)]*message/);
      if (name !== 'migrations.ts') expect(text, name).not.toMatch(/advisory_(?:xact_)?lock/);
      expect(text, name).not.toMatch(/LOCK TABLE/i);
    }
  });
});
