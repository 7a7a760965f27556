import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Connections } from '../../../src/storage/postgres/connections.ts';
import type { Statement } from '../../../src/storage/postgres/statement.ts';
import { openPostgresStore } from '../../../src/storage/postgres/store.ts';
import { ofNoOrganization, ofOrganizations } from '../../../src/storage/postgres/wall.ts';
import type { Store } from '../../../src/storage/store.ts';
import { transferTables } from '../../../src/storage/transfer-tables.ts';
import { keepBusy } from '../../support/busy-organization.ts';
import { isLongRun } from '../../support/counts.ts';
import { lackOfPgBouncer, type PgBouncer, startPgBouncer } from '../../support/pgbouncer.ts';
import { type FreshDatabase, migratedDatabase } from '../../support/postgres.ts';
import { testNeeding } from '../../support/requirements.ts';
import { StoreRoom } from '../../support/store-room.ts';
import { type Engine, type OpenedStore, openPostgres } from '../engines.ts';
import { storeContract } from '../store-contract.ts';

/** All share one connection to the server: whatever stayed on it would be found by others. */
const connections = 1;
const subject = 'in transaction mode, with one connection to the server for all';

const lack = await lackOfPgBouncer();

if (lack === null) describe(`behind PgBouncer, ${subject}`, behindPgBouncer);
else testNeeding(lack, `behind PgBouncer, ${subject}`, async () => undefined);

function behindPgBouncer(): void {
  let bouncer: PgBouncer;
  beforeAll(async () => {
    const { url, drop } = await migratedDatabase();
    // Every migrated database of the run has the same owner.
    bouncer = await startPgBouncer(url, connections);
    await drop();
  });
  afterAll(() => bouncer[Symbol.asyncDispose]());

  if (isLongRun) {
    const engine: Engine = { name: 'PostgreSQL behind PgBouncer', open: () => openBehind(bouncer) };
    describe('the store', () => storeContract(engine));
  }
  describe('what is sent', () => sharing(() => bouncer));
}

async function openBehind(bouncer: PgBouncer): Promise<OpenedStore> {
  return openOn(await migratedDatabase(), bouncer);
}

async function openOn(database: FreshDatabase, bouncer: PgBouncer): Promise<OpenedStore> {
  const url = bouncer.urlOf(database.url);
  const store = await openPostgresStore({ url, prepares: false, role: 'server' });
  return {
    store,
    async reopen() {
      await store[Symbol.asyncDispose]();
      return openOn(database, bouncer);
    },
    async dispose() {
      await store[Symbol.asyncDispose]();
      await database.drop();
    },
    rows: (text) => database.run(text),
    async change(text) {
      await database.run(text);
    },
  };
}

function sharing(bouncer: () => PgBouncer): void {
  let database: FreshDatabase;
  let url: string;
  let stores: readonly Store[];

  beforeAll(async () => {
    database = await migratedDatabase();
    url = bouncer().urlOf(database.url);
    const open = () => openPostgresStore({ url, prepares: false, role: 'server' });
    stores = await Promise.all([open(), open()]);
  });

  afterAll(async () => {
    for (const store of stores) await store[Symbol.asyncDispose]();
    await database.drop();
  });

  test('by two processes for two organizations, all at once, stays with each', async () => {
    const rooms = await Promise.all(stores.map((store) => StoreRoom.open(() => store)));
    const ids = Array.from({ length: 100 }, (_, place) => `c${place}`);
    const puts = ids.flatMap((id) => rooms.map((room, place) => room.put(id, { source: `of ${place}` })));
    await Promise.all(puts);
    for (const [place, room] of rooms.entries()) {
      const { items, total } = await room.customers();
      expect(total).toBe(ids.length);
      const sources = items.map(({ leadSource }) => leadSource?.current.leadSource.source);
      expect(new Set(sources)).toEqual(new Set([`of ${place}`]));
    }
    const [server] = await database.run(
      'SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    );
    expect(server).toEqual({ n: connections });
  });

  test('of every kind, by two organizations at once, does what it does without one', async () => {
    const behind = await openBehind(bouncer());
    onTestFinished(() => behind.dispose());
    const direct = await openPostgres();
    onTestFinished(() => direct.dispose());
    for (const { store } of [behind, direct])
      await Promise.all([2, 4].map((byte) => keepBusy(store, new Uint8Array(32).fill(byte))));
    for (const { name } of transferTables) {
      const counting = `SELECT count(*)::int AS rows FROM ${name}`;
      expect({ name, rows: await behind.rows(counting) }).toEqual({
        name,
        rows: await direct.rows(counting),
      });
    }
  });

  test('leaves nothing behind for whoever comes next', async () => {
    const room = await StoreRoom.open(() => stores[0] as Store);
    await room.put('c', { source: 'a' });
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query(
      `SELECT (SELECT count(*)::int FROM customers) AS customers, (SELECT count(*)::int FROM pg_prepared_statements) AS prepared,
         current_setting('leadsource.organizations', true) AS reach, current_setting('statement_timeout') AS timeout,
         current_setting('plan_cache_mode') AS plans`,
    );
    await client.end();
    expect(rows).toEqual([{ customers: 0, prepared: 0, reach: '', timeout: '0', plans: 'auto' }]);
  });

  test('would be found by the next if it were set for longer than a transaction', async () => {
    const shown: unknown[] = [];
    for (const command of [
      "SET leadsource.organizations = '{7}'",
      'SELECT 1',
      'RESET leadsource.organizations',
    ]) {
      const client = new Client({ connectionString: url });
      await client.connect();
      await client.query(command);
      const { rows } = await client.query(
        "SELECT current_setting('leadsource.organizations', true) AS reach",
      );
      shown.push(rows[0]?.reach);
      await client.end();
    }
    expect(shown).toEqual(['{7}', '{7}', '']);
  });

  test('reaches the organizations of its own transaction alone, whoever used the connection before', async () => {
    const room = await StoreRoom.open(() => stores[0] as Store);
    await room.put('c', { source: 'a' });
    const [row] = await database.run('SELECT organization_id FROM organizations WHERE public_id = $1', [
      room.organizationId,
    ]);
    const organization = Number(row?.['organization_id']);
    const limits = { maximum: 4, statementTimeoutMilliseconds: 5_000 };
    const other = new Connections({ url, prepares: false, isDistributed: false, ...limits });
    const owners: Statement<{ organization_id: number }> = {
      name: null,
      text: 'SELECT DISTINCT organization_id FROM customers',
      places: [],
    };
    const reaches = Array.from({ length: 40 }, (_, place) =>
      place % 2 === 0 ? ofNoOrganization : ofOrganizations(organization),
    );
    const answers = await Promise.all(reaches.map((reach) => other.read(reach, owners, {})));
    await other.close();
    for (const [place, answer] of answers.entries()) {
      expect(answer).toEqual(place % 2 === 0 ? [] : [{ organization_id: organization }]);
    }
  });
}
