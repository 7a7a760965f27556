import { Client } from 'pg';
import type { Instant } from '../../domain/time.ts';
import { doubtful, type Finding, well, wrong } from '../examination.ts';
import { unfitnessOf } from './fitness.ts';
import {
  isPartlyMoved,
  isWalled,
  mayMakeTables,
  migrations,
  noPlaceForTables,
  noWall,
  partlyMoved,
} from './migrations.ts';

const connectTimeoutMilliseconds = 5_000;
const toleratedClockMilliseconds = 2_000;
const oldestVersion = 140_000;

/** Examines a PostgreSQL database without changing anything. Never fails. */
export async function examinePostgres(url: string, now: () => Instant): Promise<readonly Finding[]> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: connectTimeoutMilliseconds });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    return [wrong('database', `The PostgreSQL server of DATABASE_URL cannot be used: ${reasonOf(error)}.`)];
  }
  try {
    return [
      ...(await lookAtServer(client)),
      ...(await lookAtClock(client, now)),
      ...(await lookAtTables(client)),
    ];
  } catch (error) {
    return [wrong('database', `The database cannot be looked at: ${reasonOf(error)}.`)];
  } finally {
    await client.end();
  }
}

async function lookAtServer(client: Client): Promise<readonly Finding[]> {
  const { rows } = await client.query(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version, " +
      "current_setting('fsync') AS fsync, current_setting('full_page_writes') AS pages",
  );
  const { number, version, fsync, pages } = rows[0] ?? {};
  const findings: Finding[] = [
    number >= oldestVersion
      ? well('database', `PostgreSQL ${version} answers.`)
      : doubtful('database', `PostgreSQL ${version} is old: nobody tests with it any more.`),
  ];
  if (fsync !== 'on' || pages !== 'on') {
    findings.push(
      wrong(
        'durability',
        'The server has fsync or full_page_writes off: a power cut loses or breaks what was acknowledged.',
      ),
    );
  }
  const unfit = await unfitnessOf(client);
  return [...findings, ...unfit.map(({ subject, sentence }) => wrong(subject, sentence))];
}

async function lookAtClock(client: Client, now: () => Instant): Promise<readonly Finding[]> {
  const { rows } = await client.query('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS time');
  const difference = Math.round(Math.abs(Number(rows[0]?.time) - now()));
  return [
    difference <= toleratedClockMilliseconds
      ? well('clock', 'The clocks of this machine and of the database agree.')
      : wrong(
          'clock',
          `The clocks of this machine and of the database differ by ${difference} ms: let both follow a time server.`,
        ),
  ];
}

async function lookAtTables(client: Client): Promise<readonly Finding[]> {
  if (!(await mayMakeTables(client))) return [wrong('tables', noPlaceForTables)];
  const { rows } = await client.query("SELECT to_regclass('leadsource_migrations') IS NOT NULL AS there");
  return rows[0]?.there === true
    ? lookAtVersion(client)
    : [well('tables', 'The database is empty; the first start makes its tables.')];
}

async function lookAtVersion(client: Client): Promise<readonly Finding[]> {
  const { rows: versions } = await client.query(
    'SELECT coalesce(max(version), 0) AS version FROM leadsource_migrations',
  );
  const version = Number(versions[0]?.version);
  if (version > migrations.length) {
    return [
      wrong(
        'tables',
        `The database is of version ${version}, newer than this program, which knows ${migrations.length}: update the program.`,
      ),
    ];
  }
  if (await isPartlyMoved(client)) return [wrong('tables', partlyMoved)];
  if (version < migrations.length) {
    return [
      doubtful(
        'tables',
        `The database is of version ${version}; the next start of the service brings it to ${migrations.length}. Back it up before.`,
      ),
    ];
  }
  return [
    well('tables', `The tables are of version ${version}, which is this program's.`),
    (await isWalled(client))
      ? well('wall', 'Row-level security keeps organizations apart.')
      : doubtful('wall', noWall),
  ];
}

function reasonOf(error: unknown): string {
  return error instanceof Error && error.message !== '' ? error.message.replace(/\.+$/, '') : 'no answer';
}
