import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { migrations, openDatabase } from '../../src/storage/postgres/migrations.ts';
import { commandLine } from '../support/command-line.ts';
import { countOf } from '../support/counts.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type Started, startProcess } from '../support/served.ts';

const together = Math.max(4, countOf(10));

let database: FreshDatabase;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(() => database.drop());

interface Greeting {
  readonly url: string;
  readonly organizationIds: readonly string[];
  readonly secretKey: string | null;
}

/** A process of the service that the database knows by a name. */
function startNamed(name: string): Started {
  const url = new URL(database.url);
  url.searchParams.set('application_name', name);
  const settings = { PORT: '0', DATABASE_URL: url.href, LEADSOURCE_LOG_LEVEL: 'silent' };
  return startProcess(['serve', '--json'], settings);
}

async function greetingOf(started: Started): Promise<Greeting> {
  await started.until('\n');
  return JSON.parse(started.said.out);
}

async function readinessOf({ url }: Greeting): Promise<number> {
  return (await fetch(`${url}/health/ready`)).status;
}

async function putThrough({ url }: Greeting, key: string): Promise<number> {
  const headers = { 'REB-APIKEY': key, 'Content-Type': 'application/json' };
  return (await fetch(`${url}/customers/c/lead-source`, { method: 'PUT', headers, body: '{}' })).status;
}

async function expectTablesMadeOnce(): Promise<void> {
  const versions = await database.run('SELECT version FROM leadsource_migrations ORDER BY version');
  expect(versions).toEqual(migrations.map((_migration, place) => ({ version: place + 1 })));
}

describe('processes that start at once on an empty database', () => {
  const names = Array.from({ length: together }, (_, place) => `process ${place}`);
  let processes: readonly Started[] = [];
  afterEach(async () => {
    await Promise.all(processes.map((each) => each[Symbol.asyncDispose]()));
  });

  test('all become ready, one prints a new key, which all take, and the tables are made once', async () => {
    processes = names.map(startNamed);
    const greetings = await Promise.all(processes.map(greetingOf));
    const keys = greetings.map(({ secretKey }) => secretKey).filter((key) => key !== null);
    expect(keys).toHaveLength(1);
    const [key = ''] = keys;
    expect(await Promise.all(greetings.map(readinessOf))).toEqual(names.map(() => 200));
    expect(await Promise.all(greetings.map((greeting) => putThrough(greeting, key)))).toEqual(
      names.map(() => 201),
    );
    expect(new Set(greetings.flatMap(({ organizationIds }) => organizationIds)).size).toBe(1);
    await expectTablesMadeOnce();
  });

  test('become ready though half of them are killed while they make the tables', async () => {
    const held = await holdEvents();
    processes = names.map(startNamed);
    const killed = await killThoseWhoMigrate(processes, together / 2, held);
    const living = processes.filter((each) => !killed.has(each));
    expect(living).toHaveLength(together / 2);
    const greetings = await Promise.all(living.map(greetingOf));
    expect(await Promise.all(greetings.map(readinessOf))).toEqual(living.map(() => 200));
    // The one that made the first key may have died before it could say so: then the operator makes another.
    expect(greetings.filter(({ secretKey }) => secretKey !== null).length).toBeLessThanOrEqual(1);
    using commands = commandLine(database.url);
    const { out } = await commands.run('key', 'create');
    expect(await Promise.all(greetings.map((greeting) => putThrough(greeting, out.trim())))).toEqual(
      living.map(() => 201),
    );
    await expectTablesMadeOnce();
  });

  /** Lets nobody get further in making the tables than that of events, until the connection ends. */
  async function holdEvents(): Promise<Client> {
    const client = new Client({ connectionString: database.superuserUrl });
    await client.connect();
    await client.query('BEGIN; CREATE TABLE events (column_1 text)');
    return client;
  }

  /**
   * Kills whoever has the turn to make the tables: the first one while it is held in the midst of them, others wherever
   * they are, and any others once there is nothing to make.
   */
  async function killThoseWhoMigrate(
    all: readonly Started[],
    count: number,
    held: Client,
  ): Promise<ReadonlySet<Started>> {
    const killed = new Set<Started>();
    const kill = async (started: Started | undefined) => {
      if (started === undefined || killed.has(started)) return;
      killed.add(started);
      started.child.kill('SIGKILL');
      await started.exited;
    };
    const client = new Client({ connectionString: database.superuserUrl });
    await client.connect();
    const whoseTurn = async (condition = ''): Promise<Started | undefined> => {
      const { rows } = await client.query(
        `SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE locktype = 'advisory' AND granted AND datname = current_database() ${condition}`,
      );
      return all[names.indexOf(rows[0]?.name)];
    };
    while (killed.size === 0) await kill(await whoseTurn("AND wait_event_type = 'Lock'"));
    await held.end();
    for (let isMade = false; killed.size < count && !isMade; ) {
      await kill(await whoseTurn());
      isMade = (await client.query("SELECT to_regclass('events') AS made")).rows[0]?.made !== null;
    }
    await client.end();
    for (const each of all) if (killed.size < count) await kill(each);
    return killed;
  }
});

test('a process that is told to stop while it waits for the changes of another does not wait for them', async () => {
  await openDatabase(database.url, 'server');
  const other = new Client({ connectionString: database.url });
  await other.connect();
  await other.query('BEGIN; LOCK TABLE leadsource_migrations');
  await using waiting = startNamed('waiting');
  const waits = () =>
    database.run(
      "SELECT FROM pg_stat_activity WHERE application_name = 'waiting' AND wait_event_type = 'Lock'",
    );
  await expect.poll(waits).toHaveLength(1);
  waiting.child.kill('SIGTERM');
  expect(await waiting.exited).toBe(0);
  expect(waiting.said).toEqual({ out: '', err: '' });
  await other.end();
});

describe('processes of a newer version that start at once on an older database', () => {
  const next = {
    name: 'another table',
    statements: [
      'CREATE TABLE another (column_1 text)',
      "INSERT INTO another VALUES (current_setting('idle_in_transaction_session_timeout'))",
    ],
  };
  const newer = [...migrations, next];

  test('change it once', async () => {
    await openDatabase(database.url, 'server');
    await Promise.all(Array.from({ length: together }, () => openDatabase(database.url, 'server', newer)));
    expect(await database.run('SELECT count(*)::int AS rows FROM another')).toEqual([{ rows: 1 }]);
    expect(await database.run('SELECT max(version) AS version FROM leadsource_migrations')).toEqual([
      { version: newer.length },
    ]);
  });

  test('do not wait for ever for one that stands still in the midst of it', async () => {
    await openDatabase(database.url, 'server', newer);
    expect(await database.run('SELECT column_1 FROM another')).toEqual([{ column_1: '5s' }]);
  });

  test('change it though the server undoes the change for the sake of a process that serves', async () => {
    await openDatabase(database.url, 'server');
    const serving = new Client({ connectionString: database.url });
    await serving.connect();
    await serving.query('BEGIN; LOCK TABLE events IN ROW EXCLUSIVE MODE');
    const crossing = {
      name: 'two tables, in the other order',
      statements: [
        'ALTER TABLE customers ADD COLUMN another bigint',
        'ALTER TABLE events ADD COLUMN another bigint',
      ],
    };
    const opening = openDatabase(database.url, 'server', [...migrations, crossing]);
    await untilSomebodyWaits();
    // The server undoes the one that waited first, unless it is slow; then the change waits for this one to end.
    await serving.query('LOCK TABLE customers IN ROW EXCLUSIVE MODE').catch(() => undefined);
    await serving.query('COMMIT');
    await serving.end();
    await opening;
    const columns = "SELECT table_name FROM information_schema.columns WHERE column_name = 'another'";
    expect(await database.run(columns)).toHaveLength(2);
  });

  async function untilSomebodyWaits(): Promise<void> {
    const waiting = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
    while ((await database.run(waiting)).length === 0);
  }
});
