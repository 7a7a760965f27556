import { Client } from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { newJob } from '../../../src/domain/job.ts';
import { migrations } from '../../../src/storage/postgres/migrations.ts';
import { openPostgresStore } from '../../../src/storage/postgres/store.ts';
import type { Store } from '../../../src/storage/store.ts';
import { failureOf } from '../../support/failures.ts';
import { asSuperuser, type FreshDatabase, freshDatabase, migratedDatabase } from '../../support/postgres.ts';
import { apiKeyNamed, organizationNamed, StoreRoom } from '../../support/store-room.ts';

/** Two processes on one database, as far as the database can tell: they share nothing else. */
let database: FreshDatabase;
let stores: readonly [Store, Store];

beforeAll(async () => {
  database = await migratedDatabase();
  const open = () => openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  stores = await Promise.all([open(), open()]);
});

afterAll(async () => {
  await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()));
  await database.drop();
});

/** One organization, seen through either store. */
async function rooms(): Promise<readonly [StoreRoom, StoreRoom]> {
  const room = await StoreRoom.open(() => stores[0]);
  return [room, room.through(() => stores[1])];
}

function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, place) => String(place));
}

test('both may make the tables at the same time, which are made once', async () => {
  const versions = await database.run('SELECT version FROM leadsource_migrations');
  expect(versions).toEqual(migrations.map((_, place) => ({ version: place + 1 })));
});

test('both may create the same customers at the same time', async () => {
  const both = await rooms();
  const ids = numbered(60);
  const puts = ids.flatMap((id) => both.map((room, place) => room.put(id, { source: `from ${place}` })));
  const answers = await Promise.all(puts);
  expect(answers.filter(({ created }) => created)).toHaveLength(ids.length);
  for (const id of ids) expect(await both[0].touches(id)).toHaveLength(2);
});

test('of writes that each must be the first, one is, whichever store it comes through', async () => {
  const both = await rooms();
  for (const id of numbered(20)) {
    const saves = both.map((room) => failureOf(room.save(id, { mustBeNew: true })));
    expect((await Promise.all(saves)).toSorted()).toEqual(['conflict', null]);
  }
});

test('a request to be done once is done once, whichever store it comes through', async () => {
  const both = await rooms();
  for (const key of numbered(20)) {
    const once = { route: 'POST /x', key, contentDigest: 'd' };
    const [one, other] = await Promise.all(both.map((room) => room.add('c', { source: key }, { once })));
    expect(one).toEqual(other);
  }
  expect(await both[0].sources('c')).toHaveLength(20);
});

test('touches told at once under one id are one, whichever store they come through', async () => {
  const both = await rooms();
  for (const givenId of numbered(20)) {
    const told = both.map((room) => room.add('c', { source: givenId }, { givenId }));
    expect((await Promise.all(told)).filter(({ added }) => added)).toHaveLength(1);
  }
  expect(await both[0].sources('c')).toHaveLength(20);
});

test('touches of one moment are in the order of their commits, whichever store they came through', async () => {
  const both = await rooms();
  const written = numbered(40);
  // The second store has taken its numbers first, and each writes in its turn.
  await both[1].put('another', { source: 'x' });
  for (const number of written) await both[Number(number) % 2 === 0 ? 0 : 1].put('c', { source: number });
  expect(await both[0].sources('c')).toEqual(written);
  const moments = ((await both[0].touches('c')) ?? []).map(({ touch }) => touch.occurredTime);
  expect(new Set(moments).size).toBe(1);
  expect((await both[1].customer('c'))?.leadSource?.current.leadSource.source).toBe('39');
});

test('a webhook waits for the change under way, which committed before it, and hears of the next', async () => {
  const both = await rooms();
  const holder = new Client({ connectionString: asSuperuser(database.url) });
  await holder.connect();
  try {
    // The change asks whether anybody listens, and then waits here for a place to keep its touch.
    await holder.query('BEGIN; LOCK TABLE touches IN SHARE MODE');
    const put = both[0].put('c', { source: 'a' });
    await isWaiting(1);
    const listening = both[1].listen();
    await isWaiting(2);
    await holder.query('COMMIT');
    await Promise.all([put, listening]);
  } finally {
    await holder.end();
  }
  expect(await both[0].events()).toEqual([]);
  await both[0].put('c', { source: 'b' });
  expect(await both[1].events()).toMatchObject([{ cause: 'put', sequence: 2 }]);
});

/** Waits until so many wait for a lock in the database. */
async function isWaiting(count: number): Promise<void> {
  const waiting = `SELECT count(DISTINCT pid)::int AS count FROM pg_locks
    WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())`;
  await vi.waitUntil(async () => (await database.run(waiting))[0]?.['count'] === count, { timeout: 60_000 });
}

test('touches written at once are as if one had come after the other: no gap, none lost, none twice', async () => {
  const both = await rooms();
  await both[0].listen();
  const puts = numbered(200).map((number) =>
    both[Number(number) % 2 === 0 ? 0 : 1].put('c', { source: number }),
  );
  const answers = await Promise.all(puts);
  const revisions = answers.map(({ customer }) => customer.leadSourceRevision);
  expect(revisions.toSorted((one, other) => one - other)).toEqual(
    numbered(200).map((number) => Number(number) + 1),
  );
  const byRevision = answers.toSorted((one, other) => one.customer.revision - other.customer.revision);
  const inOrder = byRevision.map(({ customer }) => customer.leadSource?.current.leadSource.source);
  expect(await both[0].sources('c')).toEqual(inOrder);
  const changes = (await both[0].events()).filter(({ type }) => type === 'lead-source-changed');
  expect(changes.map(({ sequence }) => sequence)).toEqual(numbered(200).map((number) => Number(number) + 1));
});

test('merges through one store and writes through the other leave one customer who has it all', async () => {
  const both = await rooms();
  for (const round of numbered(15)) {
    const [from, to] = [`from ${round}`, `to ${round}`];
    await both[0].put(from, { source: 'a' });
    await both[0].put(to, { source: 'b' });
    await Promise.all([
      both[0].merge(from, to),
      both[1].put(from, { source: 'c' }),
      both[1].put(to, { source: 'd' }),
    ]);
    expect(await both[1].customer(from)).toBeNull();
    expect(await both[1].touches(to)).toHaveLength(4);
  }
  const [count] = await database.run(
    'SELECT count(*)::int AS both FROM customer_aliases JOIN customers ON customers.customer_id = alias_id AND customers.organization_id = customer_aliases.organization_id',
  );
  expect(count).toEqual({ both: 0 });
});

test('merges that meet each other from both sides end', async () => {
  const both = await rooms();
  for (const id of numbered(10)) await both[0].put(id, { source: id });
  const merges = numbered(10).flatMap((id) => [
    failureOf(both[0].merge(id, String((Number(id) + 1) % 10))),
    failureOf(both[1].merge(String((Number(id) + 3) % 10), id)),
  ]);
  const outcomes = new Set(await Promise.all(merges));
  expect([...outcomes].every((outcome) => [null, 'not-found', 'invalid'].includes(outcome))).toBe(true);
  const { items } = await both[0].customers();
  const touches = await Promise.all(items.map(({ id }) => both[0].touches(id)));
  expect(touches.flat()).toHaveLength(10);
});

test('what repeats gets one number, whoever names it first', async () => {
  const both = await rooms();
  const puts = numbered(50).flatMap((id) =>
    both.map((room, place) => room.put(`${id} ${place}`, { source: `s${id}` })),
  );
  await Promise.all(puts);
  const total = (await both[0].customers()).total;
  expect(total).toBe(100);
  const rows = await database.run(
    `SELECT count(*)::int AS tuples, count(DISTINCT source)::int AS sources FROM lead_source_tuples
     JOIN organizations USING (organization_id) WHERE public_id = $1`,
    [both[0].organizationId],
  );
  expect(rows).toEqual([{ tuples: 50, sources: 50 }]);
});

test('a tuple and an actor that one store made are the same to the other', async () => {
  const both = await rooms();
  await both[0].put('a', { source: 'shared' });
  await both[1].put('b', { source: 'shared' });
  await both[0].put('c', { source: 'shared' });
  const { items } = await both[1].customers();
  expect(items.map(({ leadSource }) => leadSource?.current.leadSource.source)).toEqual([
    'shared',
    'shared',
    'shared',
  ]);
});

test('one first organization and one signing key are made, of many asked for through both', async () => {
  const fresh = await freshDatabase();
  const open = () => openPostgresStore({ url: fresh.url, prepares: true, role: 'server' });
  const opened = await Promise.all([open(), open(), open()]);
  const secretHash = new Uint8Array(32);
  const made = await Promise.all(
    opened.map((store, place) => {
      const organization = organizationNamed(`org_${place}`);
      return store.write('initialize', {
        organization,
        key: apiKeyNamed('key', organization.id),
        secretHash,
      });
    }),
  );
  expect(made.filter(({ initialized }) => initialized)).toHaveLength(1);
  const keys = await Promise.all(
    opened.map((store, place) => {
      const key = { id: `key ${place}`, publicJwk: {}, privateJwk: {}, createdTime: place };
      return store.write('ensureSigningKey', { key });
    }),
  );
  expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
  await Promise.all(opened.map((store) => store[Symbol.asyncDispose]()));
  await fresh.drop();
});

test('of jobs alike that are asked for through both at once, one is made', async () => {
  const [{ organizationId, actor, now }] = await rooms();
  const holder = new Client({ connectionString: asSuperuser(database.url) });
  await holder.connect();
  try {
    // Each looks for others like it, and would then wait here for a place to keep its own.
    await holder.query('BEGIN; LOCK TABLE jobs IN SHARE MODE');
    const asked = stores.map((store, place) =>
      store.write('createJob', {
        organizationId,
        job: newJob(`job_of_${place}`, 'count', {}, { actor, now }),
        once: undefined,
      }),
    );
    await isWaiting(2);
    await holder.query('COMMIT');
    const [one, other] = await Promise.all(asked);
    expect(one).toEqual(other);
  } finally {
    await holder.end();
  }
  expect(await stores[0].read.unfinishedJobs(organizationId)).toHaveLength(1);
});

test('who closes a statement waits for the erasure under way, and states nothing of whom that erases', async () => {
  const [closing, erasing] = await rooms();
  const { organizationId, actor, now } = closing;
  await erasing.put('c', { affiliate: 'ann', clickId: 'click' });
  const erasures = await closing.store.read.erasureCount(organizationId);
  const holder = new Client({ connectionString: asSuperuser(database.url) });
  await holder.connect();
  try {
    // The erasure waits here for a place to keep that it took place.
    await holder.query('BEGIN; LOCK TABLE erasures IN SHARE MODE');
    const erased = erasing.erase('c', { erasureId: 'era_meanwhile', newCustomerId: 'erased meanwhile' });
    await isWaiting(1);
    const period = {
      number: 1,
      id: 'period',
      start: 0,
      end: now,
      model: 'linear',
      settingsVersion: 1,
    } as const;
    const closed = closing.store.write('closeAffiliatePeriod', {
      organizationId,
      period: { ...period, actor, closedTime: now },
      ...{ lines: [], accounts: [], restated: [] },
      clicks: [{ owner: 'c', clickId: 'click' }],
      erasures,
    });
    const failure = failureOf(closed);
    await Promise.race([isWaiting(2), failure]);
    await holder.query('COMMIT');
    await erased;
    expect(await failure).toBe('precondition-failed');
  } finally {
    await holder.end();
  }
  expect(await closing.store.read.affiliatePeriods(organizationId)).toEqual([]);
});

test('who undoes an import waits for the touch that is being added to it, and finds it', async () => {
  const [adding, undoing] = await rooms();
  const begun = await adding.begin('i');
  const holder = new Client({ connectionString: asSuperuser(database.url) });
  await holder.connect();
  try {
    // What is added has seen that the import goes on, and waits here for its place.
    await holder.query('BEGIN; LOCK TABLE touches IN SHARE MODE');
    const added = adding.add('c', { source: 'a' }, { importKey: begun.key });
    await isWaiting(1);
    const found = undoing.beginUndoing('i').then(() => undoing.imported(begun));
    await Promise.race([isWaiting(2), found]);
    await holder.query('COMMIT');
    expect((await added).added).toBe(true);
    expect(await found).toHaveLength(1);
  } finally {
    await holder.end();
  }
});

test('changes of a key through both lose nothing of each other', async () => {
  const [{ organizationId }] = await rooms();
  const asMade = { description: null, acl: null, allowedIps: [], allowedOrigins: [], expiresTime: null };
  for (const number of numbered(10)) {
    const key = apiKeyNamed(`key_${number}`, organizationId);
    const secretHash = new Uint8Array(32).fill(Number(number) + 1);
    await stores[0].write('createApiKey', { key, secretHash, actor: 'operator' });
    const giver = { permissions: ['*'], allowedIps: [] } as const;
    const place = { organizationId, keyId: key.id, giver, actor: 'operator', now: 1 };
    const narrowed = { ...asMade, acl: ['reports:read'] } as const;
    await Promise.all([
      stores[0].write('changeApiKey', { ...place, request: narrowed }),
      stores[1].write('changeApiKey', { ...place, request: { ...asMade, description: 'renamed' } }),
    ]);
    expect((await stores[1].read.apiKey(organizationId, key.id))?.acl).toEqual(['reports:read']);
  }
});

test('one may erase those of whom the other is about to tell: nothing of them is left to be told', async () => {
  const [erasing, telling] = await rooms();
  const { organizationId, now, actor } = telling;
  const request = { status: 'active', url: 'https://a.example/', headers: [], eventsFilter: [] } as const;
  const webhook = {
    organizationId,
    webhookId: 'w',
    actor,
    now,
    mustBeNew: true,
    request,
    secret: 'whsec_MQ==',
  };
  await telling.store.write('saveWebhook', webhook);
  for (let round = 0; round < 20; round++) {
    const ids = numbered(8).map((id) => `erased-${round}-${id}`);
    await Promise.all(ids.map((id) => telling.put(id, { source: id })));
    const events = await telling.keptEvents();
    const deliveries = events.map((kept) => ({ id: `whd_${kept.key}`, webhookId: 'w', kept, now }));
    const upToKey = events.at(-1)?.key ?? 0;
    await Promise.all([
      telling.store.write('keepDeliveries', { organizationId, deliveries, upToKey }),
      ...ids.map((id) => erasing.erase(id, { erasureId: `era_${id}`, newCustomerId: `new-${id}` })),
    ]);
  }
  const { items } = await telling.store.read.webhookDeliveries(organizationId, { limit: 1000, offset: 0 });
  expect(items.map(({ event }) => event.customerId)).toEqual([]);
});
