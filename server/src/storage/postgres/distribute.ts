import { Client } from 'pg';
import { openDatabase } from './migrations.ts';
import { tables, tablesWhere, tenantTables } from './tables.ts';
import { ofNoOrganization, ofOrganizations, reachCommands, wallWithoutSubQuery } from './wall.ts';

export interface DistributionOptions {
  readonly url: string;
  /** Whether the statements are only returned. */
  readonly isDryRun: boolean;
}

/** The state of the tables before the distribution. */
interface Condition {
  readonly database: string;
  /** Tables that are already distributed or replicated. */
  readonly placed: ReadonlySet<string>;
  /** Names are quoted as in SQL. */
  readonly foreignKeys: readonly ForeignKey[];
}

interface ForeignKey {
  readonly table: string;
  readonly name: string;
  readonly definition: string;
}

const noWallThere =
  'The nodes of the cluster do not keep organizations apart as each transaction says, by row-level security.';

/** The number of no organization. */
const nobody = -1;

/**
 * Distributes the tables over the nodes of a Citus cluster by organization and replicates the operator's to each node, in one
 * transaction. Returns the statements, none if all is done already. Fails with a plain sentence, having changed nothing.
 */
export async function distribute({ url, isDryRun }: DistributionOptions): Promise<readonly string[]> {
  if (!isDryRun) await openDatabase(url, 'command');
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('BEGIN');
    const statements = distribution(await conditionOf(client));
    if (isDryRun || statements.length === 0) return statements;
    for (const statement of statements) await client.query(statement);
    await requireWall(client);
    await client.query('COMMIT');
    return statements;
  } finally {
    await client.end();
  }
}

async function conditionOf(client: Client): Promise<Condition> {
  const [found] = await rowsOf(
    client,
    `SELECT current_database() AS database, to_regclass('organizations') IS NOT NULL AS made,
       EXISTS (SELECT FROM pg_proc WHERE proname = 'create_distributed_table') AS able`,
  );
  if (found?.['able'] !== true) {
    throw new Error('The database has no Citus extension: a superuser adds it by CREATE EXTENSION citus.');
  }
  if (found['made'] !== true) throw new Error('There are no tables yet: start the service first.');
  const placed = await rowsOf(client, 'SELECT logicalrelid::regclass::text AS name FROM pg_dist_partition');
  const foreignKeys = await rowsOf(
    client,
    `SELECT conrelid::regclass::text AS table, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
     FROM pg_constraint WHERE contype = 'f' AND conrelid = ANY (SELECT to_regclass(name) FROM unnest($1::text[]) AS own (name))`,
    [Object.keys(tables)],
  );
  return {
    database: String(found['database']),
    placed: new Set(placed.map((row) => String(row['name']))),
    foreignKeys: foreignKeys.map((row) => ({
      table: String(row['table']),
      name: String(row['name']),
      definition: String(row['definition']),
    })),
  };
}

/** The statements still to be run. */
function distribution({ database, placed, foreignKeys }: Condition): readonly string[] {
  const left = (table: string) => !placed.has(table);
  const copied = tablesWhere(({ place }) => place === 'replicated').filter(left);
  const [anchor, ...others] = tablesWhere(({ place }) => place === 'distributed');
  const spread = [
    { table: anchor, beside: 'none' },
    ...others.map((table) => ({ table, beside: anchor })),
  ].filter(({ table }) => table !== undefined && left(table));
  if (copied.length + spread.length === 0) return [];
  const walled = tablesWhere(({ wall }) => wall !== 'none').filter(left);
  const referring = foreignKeys.filter(({ table }) => left(table));
  return [
    // Tells each node the reach of a transaction; takes effect with the next connection.
    `ALTER DATABASE "${database.replaceAll('"', '""')}" SET citus.propagate_set_commands = 'local'`,
    "SET LOCAL citus.propagate_set_commands = 'local'",
    "SET LOCAL citus.multi_shard_modify_mode = 'sequential'",
    ...tenantTables.filter(left).map(wallWithoutSubQuery),
    // The owner copies the rows and must see them.
    ...walled.map((table) => `ALTER TABLE ${table} NO FORCE ROW LEVEL SECURITY`),
    // Tables that refer to each other cannot be copied one by one.
    ...referring.map(({ table, name }) => `ALTER TABLE ${table} DROP CONSTRAINT ${name}`),
    ...copied.map((table) => `SELECT create_reference_table('${table}')`),
    ...referring.map(
      ({ table, name, definition }) => `ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`,
    ),
    ...spread.map(
      ({ table, beside }) =>
        `SELECT create_distributed_table('${table}', 'organization_id', colocate_with => '${beside}')`,
    ),
    ...walled.map((table) => `ALTER TABLE ${table} FORCE ROW LEVEL SECURITY`),
  ];
}

/** Checks, with a row that is deleted again, that the nodes learn which organizations a transaction is for. */
async function requireWall(client: Client): Promise<void> {
  const count = async () => {
    const [row] = await rowsOf(
      client,
      `SELECT count(*)::int AS n FROM key_ranges WHERE organization_id = ${nobody}`,
    );
    return row?.['n'];
  };
  await client.query(reachCommands(ofOrganizations(nobody)));
  await client.query(
    `INSERT INTO key_ranges (organization_id, noun, next_key) VALUES (${nobody}, 'event', 0)`,
  );
  const within = await count();
  await client.query(reachCommands(ofNoOrganization));
  const without = await count();
  if (within !== 1 || without !== 0) throw new Error(noWallThere);
  await client.query(reachCommands(ofOrganizations(nobody)));
  await client.query(`DELETE FROM key_ranges WHERE organization_id = ${nobody}`);
}

async function rowsOf(
  client: Client,
  text: string,
  values: unknown[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  return (await client.query(text, values)).rows;
}
