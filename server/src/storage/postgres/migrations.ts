import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { StoreRole } from '../store.ts';
import { affiliateClicks, affiliateTables } from './affiliate-tables.ts';
import { erasedByIndexes, erasureTables } from './erasure-tables.ts';
import { isEntangled, isHeldUp, isPassing } from './errors.ts';
import { requireFitness } from './fitness.ts';
import { givenIdColumn } from './given-id-column.ts';
import { importTables } from './import-tables.ts';
import { initialTables } from './initial-tables.ts';
import { conversionKeys, creditOrder, creditYears, moneyTables, placesLeft } from './money-tables.ts';
import { tenantTables } from './tables.ts';
import { canWatchClients } from './time-limits.ts';
import { visitorTables } from './visitor-tables.ts';
import { wallsAskedOnce } from './wall.ts';
import { webhookTables } from './webhook-tables.ts';

export interface Migration {
  readonly name: string;
  readonly statements: readonly string[];
}

/** Forward only: new ones are appended, and none is ever changed. */
export const migrations: readonly Migration[] = [
  { name: 'organizations, keys, customers, touches, events', statements: initialTables },
  { name: 'webhooks', statements: webhookTables },
  { name: 'imports', statements: importTables },
  { name: 'visitors', statements: visitorTables },
  { name: 'conversions, credits, spend, jobs', statements: moneyTables },
  { name: 'statements for affiliates', statements: affiliateTables },
  { name: 'erasures', statements: erasureTables },
  { name: 'ids that senders gave beside their touches', statements: givenIdColumn },
  { name: 'credits that are built in the order of customers', statements: creditOrder },
  { name: 'sums of credits by year', statements: creditYears },
  { name: 'walls that a statement asks once', statements: wallsAskedOnce },
  { name: 'conversions by their keys', statements: conversionKeys },
  { name: 'builds of credits that name nobody once they are over', statements: placesLeft },
  { name: 'who came by the clicks of closed statements', statements: affiliateClicks },
  { name: 'deliveries by customer, and what is stated by click', statements: erasedByIndexes },
];

/** A server may migrate older tables, as may a move those that one began to fill; otherwise only new ones are created. */
export type Role = StoreRole | 'move';

/** An arbitrary number, the same in every process of this service. */
const lockKey = 4_712_018_263;
const connectTimeoutMilliseconds = 10_000;
const idleTimeoutMilliseconds = 5_000;
const attempts = 5;
/** All statements of running services queue behind one that waits for a lock on their table. */
const lockTimeoutMilliseconds = 1_000;
/** Until what holds a lock, such as a long report, is tried again: those who queued have their turn. */
const pauseMilliseconds = 1_000;
/** A report may take a minute. */
const lockPatienceMilliseconds = 120_000;

const heldUp =
  'The tables could not be brought up to date, since something used them all the time, such as a long report or pg_dump: ' +
  'start again once it has ended.';
const outOfTurn =
  'The tables could not be brought up to date, since other work on the database kept them locked: start again when it has ' +
  'less to do, or stop what uses the database first.';

export interface OpenedDatabase {
  /** What the operator should fix, one sentence each. */
  readonly warnings: readonly string[];
  /** Whether the tables are distributed over the nodes of a cluster. */
  readonly isDistributed: boolean;
  /** Whether the server can check during a statement that its client is still there. */
  readonly watchesClients: boolean;
}

/**
 * Makes sure that a database is fit for use and has the newest tables. Processes that start together take turns under an
 * advisory lock, which ends with the transaction. Fails with a plain sentence.
 */
export async function openDatabase(
  url: string,
  role: Role,
  known: readonly Migration[] = migrations,
): Promise<OpenedDatabase> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMilliseconds });
  // A loss shows in the answer that fails.
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    const reason = error instanceof Error && error.message !== '' ? error.message : 'no answer';
    const which = role === 'move' ? '' : ' of DATABASE_URL';
    throw new Error(`The PostgreSQL server${which} cannot be used: ${reason}.`, { cause: error });
  }
  try {
    await requireFitness(client);
    if (!(await mayMakeTables(client))) throw new Error(noPlaceForTables);
    await migrateInTurn(client, role, known);
    if (role !== 'move') await requireWhole(client);
    const warnings = (await isWalled(client)) ? [] : [noWall];
    const watchesClients = await canWatchClients(client);
    return { warnings, isDistributed: await isDistributed(client), watchesClients };
  } finally {
    await client.end();
  }
}

/** Changes to a partly moved database could not be completed by the rest of the move. */
async function requireWhole(client: Client): Promise<void> {
  if (await isPartlyMoved(client)) throw new Error(partlyMoved);
}

export const partlyMoved = 'The database holds a part of what is being moved into it: finish the move first.';

/** Whether a move into the database has begun and is not finished. */
export async function isPartlyMoved(client: Client): Promise<boolean> {
  const { rows } = await client.query("SELECT to_regclass('leadsource_transfer') IS NOT NULL AS is_there");
  if (rows[0]?.is_there !== true) return false;
  const unfinished = await client.query('SELECT FROM leadsource_transfer WHERE finished_time IS NULL');
  return unfinished.rowCount !== 0;
}

export const noWall =
  'Row-level security does not hold the role of DATABASE_URL, as it holds no superuser and nobody with BYPASSRLS: ' +
  'only the statements themselves keep organizations apart. Use a plain role that owns the database.';

/** Whether row-level security applies to the role of a connection. */
export async function isWalled(client: Client): Promise<boolean> {
  const { rows } = await client.query(
    'SELECT bool_and(row_security_active(to_regclass(name))) AS walled FROM unnest($1::text[]) AS tenant (name)',
    [tenantTables],
  );
  return rows[0]?.walled === true;
}

export const noPlaceForTables = 'The role may make no tables in its schema: grant it CREATE there.';

/** Whether the role of a connection may make tables, which every start has to, also where they are there already. */
export async function mayMakeTables(client: Client): Promise<boolean> {
  const { rows } = await client.query("SELECT has_schema_privilege(current_schema(), 'CREATE') AS may");
  return rows[0]?.may === true;
}

async function isDistributed(client: Client): Promise<boolean> {
  const { rows } = await client.query("SELECT to_regclass('pg_dist_partition') IS NOT NULL AS is_cluster");
  if (rows[0]?.is_cluster !== true) return false;
  const placed = await client.query(
    'SELECT FROM pg_dist_partition WHERE logicalrelid = ANY (SELECT to_regclass(name) FROM unnest($1::text[]) AS own (name))',
    [tenantTables],
  );
  return placed.rowCount !== 0;
}

/** Tries again if the server rolled it back: services running meanwhile hold locks on what it changes. */
async function migrateInTurn(client: Client, role: Role, known: readonly Migration[]): Promise<void> {
  const begunAt = performance.now();
  for (let attempt = 1; ; attempt++) {
    try {
      await takeTurn(client);
      await onceFree(client, begunAt, () => migrate(client, role, known));
      await client.query('COMMIT');
      return;
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      if (!isPassing(error)) throw error;
      if (attempt < attempts) continue;
      throw isEntangled(error) ? new Error(outOfTurn, { cause: error }) : error;
    }
  }
}

async function takeTurn(client: Client): Promise<void> {
  await client.query('BEGIN');
  // A process that stalls while it holds the lock must not hold up the others.
  await client.query(`SET LOCAL idle_in_transaction_session_timeout = ${idleTimeoutMilliseconds}`);
  await client.query('SET LOCAL lock_timeout = 0');
  await client.query('SELECT pg_advisory_xact_lock($1)', [lockKey]);
  await client.query(`SET LOCAL lock_timeout = ${lockTimeoutMilliseconds}`);
}

/**
 * Tries again while a lock is not free, which nothing is held for in between. The turn is kept: trying one right after the
 * other, processes that start together would leave running services no moment.
 */
async function onceFree(client: Client, begunAt: number, work: () => Promise<void>): Promise<void> {
  await client.query('SAVEPOINT unchanged');
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!isHeldUp(error)) throw error;
      if (performance.now() - begunAt >= lockPatienceMilliseconds) throw new Error(heldUp, { cause: error });
      await client.query('ROLLBACK TO SAVEPOINT unchanged');
      await pause(pauseMilliseconds);
    }
  }
}

async function migrate(client: Client, role: Role, known: readonly Migration[]): Promise<void> {
  await client.query(
    'CREATE TABLE IF NOT EXISTS leadsource_migrations (version integer PRIMARY KEY, name text NOT NULL)',
  );
  const { rows } = await client.query(
    'SELECT coalesce(max(version), 0) AS version FROM leadsource_migrations',
  );
  const version = Number(rows[0]?.version);
  requireKnownVersion(version, known);
  const isOlder = version > 0 && version < known.length;
  if (isOlder && !(await mayUpdate(client, role)))
    throw new Error('The database needs a newer version of the service to run on it first.');
  for (const [place, { name, statements }] of known.entries()) {
    if (place < version) continue;
    for (const statement of statements) await client.query(statement);
    await client.query('INSERT INTO leadsource_migrations (version, name) VALUES ($1, $2)', [
      place + 1,
      name,
    ]);
  }
}

async function mayUpdate(client: Client, role: Role): Promise<boolean> {
  return role === 'server' || (role === 'move' && (await isPartlyMoved(client)));
}

function requireKnownVersion(version: number, known: readonly Migration[]): void {
  if (version <= known.length) return;
  throw new Error(
    `The database is of version ${version}, newer than this program, which knows ${known.length}: update the program.`,
  );
}
