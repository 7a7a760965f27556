import { Client, DatabaseError } from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Connections } from '../../../src/storage/postgres/connections.ts';
import { Session } from '../../../src/storage/postgres/session.ts';
import {
  type Arguments,
  preparedStatements,
  type Statement,
} from '../../../src/storage/postgres/statement.ts';
import { openPostgresStore } from '../../../src/storage/postgres/store.ts';
import { tables, tenantTables } from '../../../src/storage/postgres/tables.ts';
import {
  ofNoOrganization,
  ofOrganizations,
  ofSecret,
  type Reach,
  reachCommands,
  wallsAskedOnce,
  wallWithoutSubQuery,
} from '../../../src/storage/postgres/wall.ts';
import type { Store } from '../../../src/storage/store.ts';
import { keepBusy } from '../../support/busy-organization.ts';
import { type FreshDatabase, migratedDatabase } from '../../support/postgres.ts';
import { plainText, tenantMentions, unheldMentions } from '../../support/statements.ts';
import { StoreRoom } from '../../support/store-room.ts';

interface Sent {
  readonly statement: Statement<unknown>;
  readonly values: Arguments;
}

const refused = '42501';
const secrets = { ours: new Uint8Array(32).fill(2), theirs: new Uint8Array(32).fill(4) };

let database: FreshDatabase;
let store: Store;
let connections: Connections;
/** The numbers of two organizations that have rows in every table. Statements are sent for the first one only. */
let ours: number;
let theirs: number;
/** What the engine sent for the other one. */
const sent: Sent[] = [];

beforeAll(async () => {
  database = await migratedDatabase();
  store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  ours = await numberOf((await keepBusy(store, secrets.ours)).organizationId);
  const spies = (['all', 'run', 'send'] as const).map((method) => vi.spyOn(Session.prototype, method));
  theirs = await numberOf((await keepBusy(store, secrets.theirs)).organizationId);
  for (const spy of spies) {
    for (const [statement, values] of spy.mock.calls) sent.push({ statement, values });
    spy.mockRestore();
  }
  connections = new Connections({
    url: database.url,
    prepares: true,
    isDistributed: false,
    maximum: 1,
    statementTimeoutMilliseconds: 5_000,
  });
});

afterAll(async () => {
  await connections.close();
  await store[Symbol.asyncDispose]();
  await database.drop();
});

async function numberOf(publicId: string): Promise<number> {
  const [row] = await database.run('SELECT organization_id FROM organizations WHERE public_id = $1', [
    publicId,
  ]);
  return Number(row?.['organization_id']);
}

/** Every row of every table with an organization in each, as text, as one sees it who stands above the wall. */
async function everything(): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const rows: Record<string, readonly unknown[]> = {};
  for (const table of tenantTables) {
    rows[table] = await database.run(`SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY to_jsonb(t)::text`);
  }
  return rows;
}

function rawStatement(text: string, ...values: readonly (string | number)[]): Statement<unknown> {
  return { name: null, text, places: values };
}

class Undone extends Error {}

/** What a statement does in a transaction with that reach, which is then undone: rows, or the SQLSTATE of a refusal. */
async function outcomeOf(reach: Reach, { statement, values }: Sent): Promise<readonly unknown[] | string> {
  let rows: readonly unknown[] = [];
  try {
    await connections.transaction(reach, async (session) => {
      rows = await session.all(statement, values);
      throw new Undone();
    });
  } catch (error) {
    if (error instanceof DatabaseError) return error.code ?? 'unknown';
    if (!(error instanceof Undone)) throw error;
  }
  return rows;
}

function sendRaw(reach: Reach, text: string, ...values: readonly (string | number)[]) {
  return outcomeOf(reach, { statement: rawStatement(text, ...values), values: {} });
}

test('every table with an organization in each row has a wall, for the owner too, that hides and refuses', async () => {
  const rows = await database.run(
    `SELECT c.relname AS table, c.relrowsecurity AND c.relforcerowsecurity AS held,
       (SELECT count(*)::int FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd = '*' AND p.polpermissive
          AND p.polqual IS NOT NULL AND p.polwithcheck IS NOT NULL) AS walls
     FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'organization_id'
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'organizations'
     ORDER BY c.relname`,
  );
  expect(rows).toEqual(tenantTables.toSorted().map((table) => ({ table, held: true, walls: 1 })));
});

test('walls of an older version are written as new ones are', async () => {
  const walls = () =>
    database.run(
      `SELECT polrelid::regclass::text AS table, pg_get_expr(polqual, polrelid) AS seen,
         pg_get_expr(polwithcheck, polrelid) AS taken FROM pg_policy ORDER BY 1, 2`,
    );
  const made = await walls();
  for (const table of tenantTables) await database.run(wallWithoutSubQuery(table));
  expect(await walls()).not.toEqual(made);
  for (const statement of wallsAskedOnce) await database.run(statement);
  expect(await walls()).toEqual(made);
});

test('the tables without an organization in each row are known by name', async () => {
  const rows = await database.run(
    `SELECT relname AS table, relrowsecurity AND relforcerowsecurity AS held FROM pg_class
     WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relname <> ALL ($1) ORDER BY relname`,
    [tenantTables],
  );
  expect(rows).toEqual([
    { table: 'leadsource_migrations', held: false },
    { table: 'organizations', held: false },
    { table: 'signing_keys', held: true },
  ]);
  expect(tables.organizations.wall).toBe('none');
});

describe.each(tenantTables)('without a word of an organization, on %s', (table) => {
  const owners = `SELECT DISTINCT organization_id FROM ${table}`;

  test('one reads the rows of the organizations that the transaction is for, and no others', async () => {
    const [count] = await database.run(`SELECT count(DISTINCT organization_id)::int AS n FROM ${table}`);
    expect(count?.['n']).toBeGreaterThanOrEqual(2);
    expect(await sendRaw(ofOrganizations(ours), owners)).toEqual([{ organization_id: ours }]);
    const both = await sendRaw(ofOrganizations(ours, theirs), `${owners} ORDER BY 1`);
    expect(both).toEqual([{ organization_id: ours }, { organization_id: theirs }]);
    expect(await sendRaw(ofNoOrganization, owners)).toEqual([]);
    expect(await sendRaw(ofOrganizations(ours), `${owners} WHERE organization_id = $1`, theirs)).toEqual([]);
  });

  test('one changes and removes the rows of no others', async () => {
    const own = ofOrganizations(ours);
    const touching = `UPDATE ${table} SET organization_id = organization_id RETURNING organization_id`;
    const removing = `DELETE FROM ${table} RETURNING organization_id`;
    for (const text of [touching, removing]) {
      const changed = await sendRaw(own, text);
      expect(new Set(Array.from(changed, (row) => JSON.stringify(row)))).toEqual(
        new Set([JSON.stringify({ organization_id: ours })]),
      );
      expect(await sendRaw(ofNoOrganization, text)).toEqual([]);
    }
    // Nor are rows given away.
    expect(await sendRaw(own, `UPDATE ${table} SET organization_id = $1`, theirs)).toBe(refused);
  });

  test('one adds rows to no others, also where a row is there already', async () => {
    const [taken] = await database.run(
      `SELECT to_jsonb(t)::text AS row FROM ${table} t WHERE organization_id = $1 LIMIT 1`,
      [theirs],
    );
    const adding = `INSERT INTO ${table} SELECT * FROM jsonb_populate_record(NULL::${table}, $1::jsonb)`;
    const row = String(taken?.['row']);
    for (const reach of [ofOrganizations(ours), ofNoOrganization]) {
      expect(await sendRaw(reach, adding, row)).toBe(refused);
      expect(await sendRaw(reach, `${adding} ON CONFLICT DO NOTHING`, row)).toBe(refused);
    }
  });
});

test('every statement of the engine on such a table was sent, to be sent again below', () => {
  const names = new Set(sent.map(({ statement }) => statement.name));
  const missing = [...preparedStatements.values()].filter(
    ({ name, text }) => tenantMentions(text).length > 0 && !names.has(name),
  );
  expect(missing.map(({ text }) => text)).toEqual([]);
});

/** For many organizations at once, which it names. */
const findsWork = /^select distinct organization_id from \w+ where organization_id = any\(\$1::bigint\[\]\)/;

test('every statement says itself whose rows it means, but for those that find whose a secret is, and who has work', () => {
  const unheld = sent.filter(({ statement }) => unheldMentions(statement.text).length > 0);
  const texts = new Set(unheld.map(({ statement }) => plainText(statement.text)));
  expect([...texts].filter((text) => !findsWork.test(text))).toEqual([
    'select organization_id from api_keys where secret_hash = $1',
  ]);
  expect([...texts].filter((text) => findsWork.test(text))).toHaveLength(5);
});

test.each([
  'select * from customers',
  'select * from customers where customer_id = $1 order by organization_id',
  'update "touches" set "origin" = $1 where touch_key = $2',
  'delete from events where organization_id <> $1',
  'select * from customers as c join touches on touches.customer_id = c.customer_id where c.organization_id = $1',
  'insert into actors (actor_id, organization_id) values ($1, $2)',
  'insert into actors (organization_id) select organization_id from actors where organization_id = $1',
])('a statement that does not say it is caught: %s', (text) => {
  expect(unheldMentions(text)).not.toEqual([]);
});

test('what the engine sends for one organization does nothing in a transaction for another', async () => {
  const before = await everything();
  const statements = new Map(sent.map((each) => [each.statement.text, each]));
  const tenants = [...statements.values()].filter(
    ({ statement }) => tenantMentions(statement.text).length > 0,
  );
  expect(tenants.length).toBeGreaterThan(30);
  for (const each of tenants) {
    const { text } = each.statement;
    const outcome = await committedOutcome(ofOrganizations(ours), each);
    // The one that finds whose a secret is holds to the secret instead; those that find who has work were asked about
    // both, and hold to the reach.
    const foundWithin =
      findsWork.test(plainText(text)) && outcome?.length === 1 ? [{ organization_id: ours }] : [];
    const adds = text.trimStart().startsWith('insert');
    // Sums of rows that it cannot reach are none.
    const expected = adds && !plainText(text).includes(' group by ') ? refused : foundWithin;
    expect({ text, outcome }).toEqual({ text, outcome: expected });
  }
  expect(await everything()).toEqual(before);
});

/** Like `outcomeOf`, but kept. Counts of nothing are no rows. */
async function committedOutcome(reach: Reach, { statement, values }: Sent) {
  try {
    const rows = await connections.transaction(reach, (session) => session.all(statement, values));
    return rows.filter((row) => JSON.stringify(row) !== '{"total":0}');
  } catch (error) {
    if (error instanceof DatabaseError) return error.code;
    throw error;
  }
}

test('a statement that a connection keeps prepared holds to the reach of each transaction', async () => {
  const call = sent.find(({ statement }) =>
    /^select customers\..* from customers /.test(plainText(statement.text)),
  );
  if (call === undefined) throw new Error('No customer was read.');
  const { statement, values } = call;
  const prepared = { ...statement, name: 'kept' };
  const found: number[] = [];
  for (const reach of [
    ofOrganizations(theirs),
    ofOrganizations(ours),
    ofNoOrganization,
    ofOrganizations(theirs),
  ]) {
    found.push((await connections.read(reach, prepared, values)).length);
  }
  const [first] = found;
  expect(first).toBeGreaterThan(0);
  expect(found).toEqual([first, 0, 0, first]);
});

test('who looks for a key by its secret reaches that key, and nothing else', async () => {
  const reach = ofSecret(secrets.theirs);
  const found = await sendRaw(reach, 'SELECT organization_id FROM api_keys');
  expect(found).toEqual([{ organization_id: theirs }]);
  expect(await sendRaw(reach, 'UPDATE api_keys SET acl = acl RETURNING 1')).toEqual([]);
  expect(await sendRaw(reach, 'DELETE FROM api_keys RETURNING 1')).toEqual([]);
  for (const table of tenantTables.filter((name) => name !== 'api_keys')) {
    expect(await sendRaw(reach, `SELECT 1 FROM ${table}`)).toEqual([]);
  }
});

test('a transaction for an organization cannot read the keys that sign tokens', async () => {
  const key = { id: 'k', publicJwk: {}, privateJwk: {}, createdTime: 1 };
  await store.write('ensureSigningKey', { key });
  expect(await store.read.signingKeys()).toHaveLength(1);
  expect(await sendRaw(ofOrganizations(ours, theirs), 'SELECT key_id FROM signing_keys')).toEqual([]);
  const adding = "INSERT INTO signing_keys VALUES ('forged', '{}', '{}', 2)";
  expect(await sendRaw(ofOrganizations(ours), adding)).toBe(refused);
});

test('on a connection that was used for an organization, whoever says nothing reaches nothing', async () => {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const count = async () => (await client.query('SELECT count(*)::int AS n FROM customers')).rows[0]?.n;
  expect(await count()).toBe(0);
  await client.query(`BEGIN; ${reachCommands(ofOrganizations(ours))}`);
  expect(await count()).toBeGreaterThan(0);
  await client.query('COMMIT');
  expect(await count()).toBe(0);
  await client.query(`BEGIN; ${reachCommands(ofOrganizations(theirs))}; ROLLBACK`);
  expect(await count()).toBe(0);
  await client.end();
});

test.each(['1; DROP TABLE customers', "1}'; RESET ALL; --", 1.5, Number.NaN, 2 ** 53])(
  'a reach of %j is refused: only numbers are told to the database',
  (organization) => {
    expect(() => reachCommands(ofOrganizations(organization as number))).toThrow(TypeError);
  },
);

describe('a service', () => {
  test.each([
    ['is warned once that the wall does not hold a superuser', 'superuserUrl', 1],
    ['hears no warning as a plain role', 'url', 0],
  ] as const)('%s', async (_promise, url, count) => {
    const warnings: string[] = [];
    await using _opened = await openPostgresStore({
      url: database[url],
      prepares: true,
      role: 'server',
      onWarning: (sentence) => warnings.push(sentence),
    });
    expect(warnings).toEqual(Array(count).fill(expect.stringMatching(/row-level security/i)));
  });
});

test('of however many organizations there are, those with work are found', async () => {
  const own = await migratedDatabase();
  const opened = await openPostgresStore({ url: own.url, prepares: true, role: 'server' });
  await own.run(`INSERT INTO organizations (public_id, environment, created_time, updated_time)
    SELECT 'one of many ' || place, 'live', 0, 0 FROM generate_series(1, 1000) AS place`);
  const room = await StoreRoom.open(() => opened);
  await room.listen();
  await room.attribute({ halfLifeDays: 1 });
  for (const found of [opened.read.webhookOrganizations(), opened.read.jobOrganizations()]) {
    expect(await found).toEqual([room.organizationId]);
  }
  expect(await opened.read.undoingOrganizations()).toEqual([]);
  await opened[Symbol.asyncDispose]();
  await own.drop();
});
