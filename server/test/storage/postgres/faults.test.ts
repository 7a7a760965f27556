import { createHash } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Failure } from '../../../src/domain/failure.ts';
import { type Touch, touchId } from '../../../src/domain/touch.ts';
import { answering } from '../../../src/storage/postgres/answering.ts';
import { Connections } from '../../../src/storage/postgres/connections.ts';
import { openPostgresStore } from '../../../src/storage/postgres/store.ts';
import { ofNoOrganization } from '../../../src/storage/postgres/wall.ts';
import type { Store } from '../../../src/storage/store.ts';
import { type CuttableProxy, startCuttableProxy } from '../../support/cuttable-proxy.ts';
import { failureOf } from '../../support/failures.ts';
import { type FreshDatabase, migratedDatabase } from '../../support/postgres.ts';
import { apiKeyNamed, StoreRoom } from '../../support/store-room.ts';

let database: FreshDatabase;
let proxy: CuttableProxy;
let store: Store;
let room: StoreRoom;

/** Within which a process of the server that is told to end does so. */
const timeToEndMilliseconds = 60_000;

beforeAll(async () => {
  database = await migratedDatabase();
  proxy = await startCuttableProxy(database.url);
  store = await openPostgresStore({
    url: proxy.url,
    prepares: true,
    role: 'server',
    statementTimeoutMilliseconds: 500,
  });
  room = await StoreRoom.open(() => store);
  await room.put('warm', { source: 'a' });
});

afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await proxy[Symbol.asyncDispose]();
  await database.drop();
});

describe('a connection lost', () => {
  afterEach(() => proxy.mend());

  test.each(['before', 'after'] as const)(
    '%s the server has the commit fails the put, which may be repeated and is one touch',
    async (place) => {
      const id = `lost ${place}`;
      proxy.cutAt('COMMIT', place);
      expect(await failureOf(room.put(id, { source: 'once' }))).toBe('unavailable');
      await room.put(id, { source: 'once' });
      expect(await room.sources(id)).toEqual(['once']);
      expect(await room.customer(id)).toMatchObject({ revision: 1, leadSourceRevision: 1 });
    },
  );

  test('in the middle of a burst acknowledges nothing that is not kept', async () => {
    const ids = Array.from({ length: 300 }, (_, place) => `burst ${place}`);
    const puts = ids.map(async (id, place) => {
      if (place === 150) proxy.cutAt('COMMIT', 'after');
      return failureOf(room.put(id, { source: id }));
    });
    const outcomes = await Promise.all(puts);
    expect(outcomes).toContain('unavailable');
    expect(outcomes).toContain(null);
    for (const [place, id] of ids.entries()) {
      if (outcomes[place] === null) expect(await room.sources(id)).toEqual([id]);
    }
  });

  test('fails every call until there is a way again, without a new start', async () => {
    proxy.cut();
    expect(await failureOf(room.put('c', { source: 'a' }))).toBe('unavailable');
    expect(await failureOf(room.customer('warm'))).toBe('unavailable');
    expect(await failureOf(room.customers())).toBe('unavailable');
    expect(await failureOf(store.probe())).toBe('unavailable');
    expect(await failureOf(store.sharedTime?.() ?? Promise.resolve())).toBe('unavailable');
    proxy.mend();
    await store.probe();
    await room.put('c', { source: 'a' });
    expect(await room.sources('c')).toEqual(['a']);
  });

  test('by the will of an operator fails what was under way, and nothing after it', async () => {
    const puts = Array.from({ length: 50 }, (_, place) => failureOf(room.put(`t${place}`, { source: 'a' })));
    // Waits for the end of each: the server may be busy with other things when it is told.
    await database.run(
      `SELECT pg_terminate_backend(pid, ${timeToEndMilliseconds}) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    for (const outcome of await Promise.all(puts)) expect([null, 'unavailable']).toContain(outcome);
    await failureOf(store.probe());
    await room.put('later', { source: 'a' });
    expect(await room.sources('later')).toEqual(['a']);
  });
});

describe('a server', () => {
  test('that does not write fails writes, and still answers reads', async () => {
    await database.alter('SET default_transaction_read_only = on');
    proxy.cut();
    proxy.mend();
    await failureOf(store.probe());
    await expect(store.probe()).rejects.toMatchObject({ message: 'The storage is read-only.' });
    expect(await failureOf(room.put('c', { source: 'other' }))).toBe('unavailable');
    expect(await room.sources('warm')).toEqual(['a']);
    await database.alter('RESET ALL');
    await store.probe();
    await room.put('c', { source: 'writable' });
    expect((await room.customer('c'))?.leadSource?.current.leadSource.source).toBe('writable');
  });

  test.each([
    ['row_security = off', 'The storage has wrong settings.'],
    ['array_nulls = off', 'The storage has wrong settings.'],
    ['extra_float_digits = 0', 'The storage has wrong settings.'],
    ['synchronous_commit = off', 'The storage may lose what it acknowledges.'],
  ])('with %s is not ready, and does all again once that is mended', async (setting, message) => {
    await store.probe();
    await database.alter(`SET ${setting}`);
    proxy.cut();
    proxy.mend();
    // All connections for reads are made anew, and stay as they are.
    await Promise.allSettled(Array.from({ length: 16 }, () => room.customer('warm')));
    await failureOf(store.probe());
    await expect(store.probe()).rejects.toMatchObject({ code: 'unavailable', message });
    await database.alter('RESET ALL');
    await store.probe();
    await Promise.all(Array.from({ length: 16 }, () => room.customer('warm')));
    await room.put('mended', { source: setting });
    expect((await room.customer('mended'))?.leadSource?.current.leadSource.source).toBe(setting);
  });

  test('that lets a write wait for the lock of another fails it, and nothing of it is kept', async () => {
    await using other = await transactionBeside();
    await other.client.query("UPDATE key_ranges SET next_key = next_key WHERE noun = 'touch'");
    await expect(room.put('slow', { source: 'a' })).rejects.toMatchObject({
      code: 'unavailable',
      message: 'The storage is busy.',
    });
    await other.client.query('ROLLBACK');
    expect(await room.customer('slow')).toBeNull();
    await room.put('slow', { source: 'a' });
  });

  test('that holds up the settings of one organization lets those of others be changed', async () => {
    await using patient = await openPostgresStore({
      url: database.url,
      prepares: true,
      role: 'server',
      statementTimeoutMilliseconds: 20_000,
    });
    const [ours, theirs] = [await StoreRoom.open(() => patient), await StoreRoom.open(() => patient)];
    const makeKey = (id: string, { organizationId }: StoreRoom) =>
      patient.write('createApiKey', {
        key: apiKeyNamed(id, organizationId),
        secretHash: createHash('sha256').update(id).digest(),
        actor: 'operator',
      });
    await makeKey('first', ours);
    await using other = await transactionBeside();
    await other.client.query(
      `SELECT FROM key_ranges WHERE noun = 'setting-change' AND organization_id =
       (SELECT organization_id FROM organizations WHERE public_id = $1) FOR UPDATE`,
      [ours.organizationId],
    );
    // More than there are connections.
    const held = Array.from({ length: 20 }, (_, place) => failureOf(makeKey(`held-${place}`, ours)));
    await untilWaiting(1);
    await makeKey('free', theirs);
    expect(await patient.read.apiKey(theirs.organizationId, 'free')).not.toBeNull();
    await other.client.query('ROLLBACK');
    for (const failure of await Promise.all(held)) expect([null, 'unavailable']).toContain(failure);
  });

  test('that has been asked for much is not said to be slow', async () => {
    const tables = ['customers', 'lead_source_tuples'];
    const each = (statement: (table: string) => string) => database.run(tables.map(statement).join(';'));
    await each((table) => `CREATE POLICY slow ON ${table} AS RESTRICTIVE USING (pg_sleep(1) IS NOT NULL)`);
    const detailOf = (read: Promise<unknown>) =>
      read.then(
        () => null,
        ({ message }: Error) => message,
      );
    expect(await detailOf(room.customers())).toBe('The list took too long.');
    expect(await detailOf(store.read.tupleKeys(room.organizationId))).toBe('The report took too long.');
    expect(await detailOf(room.customer('warm'))).toBe('The storage is too slow.');
    await each((table) => `DROP POLICY slow ON ${table}`);
    expect((await room.customers()).total).toBeGreaterThan(0);
  });

  test('that has got the customer from elsewhere meanwhile lets the write be decided anew', async () => {
    await using other = await transactionBeside();
    await other.client.query(
      `INSERT INTO customers (organization_id, customer_id, revision, created_time, updated_time, lead_source_revision)
       SELECT organization_id, 'foreign', 7, 1, 1, 0 FROM organizations WHERE public_id = $1`,
      [room.organizationId],
    );
    const put = room.put('foreign', { source: 'a' });
    await untilWaiting(1);
    await other.client.query('COMMIT');
    expect(await put).toMatchObject({ created: true, customer: { revision: 8 } });
  });

  test('that refuses one write for its content keeps those that came with it', async () => {
    const writes = [
      room.put('n1', { source: 'a' }),
      room.put('n2', { source: 'a\u0000' }),
      room.put('n3', {}),
    ];
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await room.sources('n1')).toEqual(['a']);
    expect(await room.customer('n2')).toBeNull();
  });
});

describe('a server that takes no connection, and ends those that it has,', () => {
  afterEach(() => proxy.mend());

  test.each([
    ['since it has too many', '53300', 'The storage is short of connections.'],
    ['since it starts', '57P03', 'The storage is about to stop or start.'],
    ['since it stops', '57P01', 'The storage is about to stop or start.'],
  ])(
    '%s, is told of by whatever is asked, and asked again once it takes some',
    async (_why, code, detail) => {
      const { organizationId } = room;
      const claim = { organizationId, holder: 'h', now: 1, until: 2 };
      const window = { organizationId, windowStart: 60, windowSeconds: 60, limit: 9 };
      const calls = {
        write: () => room.put('refused', { source: code }),
        read: () => room.customer('warm'),
        list: () => room.customers(),
        report: () => store.read.tupleKeys(organizationId),
        export: () => store.read.exportPage(organizationId, 'touches', null, 10),
        readiness: () => store.probe(),
        rateLimit: () => store.sharedCalls?.take(window),
        key: () => store.read.apiKeyBySecret(createHash('sha256').digest()),
        signingKeys: () => store.read.signingKeys(),
        outbox: () => store.write('claimOutbox', claim),
        jobs: () => store.write('claimJob', { ...claim, jobId: 'job_unknown' }),
        findingJobs: () => store.read.organizations(),
      };
      for (const call of Object.values(calls)) await call();
      proxy.refuseWith(code);
      const details = Object.entries(calls).map(async ([name, call]) => [
        name,
        await call()?.then(
          () => 'no failure',
          (error: unknown) => (error instanceof Failure ? error.message : error),
        ),
      ]);
      expect(Object.fromEntries(await Promise.all(details))).toEqual(
        Object.fromEntries(Object.keys(calls).map((name) => [name, detail])),
      );
      proxy.mend();
      for (const call of Object.values(calls)) await call();
    },
  );
});

async function transactionBeside() {
  const client = new Client({ connectionString: database.superuserUrl });
  await client.connect();
  await client.query('BEGIN');
  return { client, [Symbol.asyncDispose]: () => client.end() };
}

/** Until so many wait for a lock. */
async function untilWaiting(count: number): Promise<void> {
  while ((await database.run(waitingForLock)).length < count);
}

const waitingForLock = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

test('a store breaks off what is still read, also in the server, where it may take a minute', async () => {
  const closed = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  await using other = await transactionBeside();
  await other.client.query('LOCK TABLE lead_source_tuples');
  // One waits for a connection.
  const reports = [1, 2, 3].map(() => failureOf(closed.read.tupleKeys(room.organizationId)));
  await untilWaiting(2);
  closed.breakOff();
  expect(await Promise.all(reports)).toEqual(['unavailable', 'unavailable', 'unavailable']);
  await closed[Symbol.asyncDispose]();
  await expect.poll(() => database.run(waitingForLock)).toEqual([]);
});

test('what is given up while it writes ends in the server, too, and holds up nobody else of its organization', async () => {
  const patient = { url: database.url, prepares: true, role: 'server' } as const;
  const givenUp = await openPostgresStore({ ...patient, statementTimeoutMilliseconds: 100_000 });
  const given = await StoreRoom.open(() => givenUp);
  await given.put('warm', { source: 'a' });
  await using other = await transactionBeside();
  await other.client.query('LOCK TABLE touches');
  const putting = failureOf(given.put('held', { source: 'a' }));
  await untilWaiting(1);
  givenUp.breakOff();
  expect(await putting).toBe('unavailable');
  await givenUp[Symbol.asyncDispose]();
  await expect.poll(() => database.run(waitingForLock)).toEqual([]);
});

test('a report that finds no connection free in time is told so, and no connection counts as lost', async () => {
  await using busy = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  const { organizationId } = room;
  await using other = await transactionBeside();
  await other.client.query('LOCK TABLE lead_source_tuples');
  const held = [1, 2].map(() => busy.read.tupleKeys(organizationId));
  await untilWaiting(2);
  await expect(busy.read.tupleKeys(organizationId)).rejects.toThrow('Too many calls wait for the storage.');
  await other.client.query('ROLLBACK');
  const [keys] = await Promise.all(held);
  expect(await busy.read.tupleKeys(organizationId)).toEqual(keys);
});

test('columns that a newer version adds meanwhile are noticed by nobody', async () => {
  const read = () =>
    Promise.all([room.customer('grown'), room.touches('grown'), room.timeline('grown'), room.customers()]);
  // On every connection there is.
  await Promise.all(Array.from({ length: 20 }, () => room.put('grown', { source: 'before' })));
  await Promise.all(Array.from({ length: 20 }, read));
  for (const table of ['customers', 'touches']) {
    await database.run(`ALTER TABLE ${table} ADD COLUMN of_a_newer_version bigint`);
  }
  const [[customer]] = await Promise.all([read(), read(), read()]);
  expect(customer?.leadSource?.current.leadSource.source).toBe('before');
  await room.put('grown', { source: 'after' });
  await room.undo(
    'grown',
    touchId({ touch: (await room.touches('grown'))?.[0]?.touch as Touch, givenId: null }),
  );
  expect(await room.sources('grown')).toEqual(['after']);
  // Nothing is read before that would tell of it.
  await database.run('ALTER TABLE customers ADD COLUMN of_the_one_after bigint');
  await room.put('grown', { source: 'last' });
  expect(await room.sources('grown')).toEqual(['after', 'last']);
});

test('a read that the server rolls back for the sake of a change of its tables is made again', async () => {
  const minute = 60_000;
  const connections = new Connections({
    ...{ url: database.url, prepares: true, isDistributed: false, maximum: 1 },
    ...{ statementTimeoutMilliseconds: minute, idleTimeoutMilliseconds: minute },
  });
  const rowsOf = (table: string) => ({ name: null, text: `SELECT 1 FROM ${table} LIMIT 1`, places: [] });
  await using other = await transactionBeside();
  // It finds no deadlock itself: the reader does, who waits last.
  await other.client.query("SET LOCAL deadlock_timeout = '1h'; LOCK TABLE touches");
  let [attempts, changing] = [0, Promise.resolve<unknown>(null)];
  const read = answering(() =>
    connections.snapshot(ofNoOrganization, async (session) => {
      attempts += 1;
      await session.all(rowsOf('organizations'), {});
      if (attempts === 1) {
        changing = other.client.query('LOCK TABLE organizations').then(() => other.client.query('COMMIT'));
        await untilWaiting(1);
      }
      await session.all(rowsOf('touches'), {});
      return 'answered';
    }),
  );
  expect(await read()).toBe('answered');
  expect(attempts).toBe(2);
  await changing;
  await connections.close();
});

test('what the server rolls back is not taken for stored, also where nobody heeded the statement that failed', async () => {
  const limits = { maximum: 1, statementTimeoutMilliseconds: 5_000 };
  const connections = new Connections({
    url: database.url,
    prepares: true,
    isDistributed: false,
    ...limits,
  });
  const failing = { name: null, text: 'SELECT 1 / 0', places: [] };
  const committed = connections.transaction(ofNoOrganization, async (session) => {
    await session.all(failing, {}).catch(() => undefined);
  });
  await expect(committed).rejects.toThrow('rolled back');
  await connections.close();
});
