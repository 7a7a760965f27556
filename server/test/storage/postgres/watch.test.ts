import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { Connections, type ConnectionsOptions } from '../../../src/storage/postgres/connections.ts';
import { translateError } from '../../../src/storage/postgres/errors.ts';
import { Losses } from '../../../src/storage/postgres/losses.ts';
import type { Session } from '../../../src/storage/postgres/session.ts';
import { openPostgresStore } from '../../../src/storage/postgres/store.ts';
import { ofNoOrganization } from '../../../src/storage/postgres/wall.ts';
import { startCuttableProxy } from '../../support/cuttable-proxy.ts';
import { failureOf } from '../../support/failures.ts';
import { type FreshDatabase, migratedDatabase } from '../../support/postgres.ts';
import { StoreRoom } from '../../support/store-room.ts';

let database: FreshDatabase;
beforeAll(async () => {
  database = await migratedDatabase();
});
afterAll(() => database.drop());

function open(options: Partial<ConnectionsOptions>): Connections {
  const connections = new Connections({
    url: database.url,
    prepares: true,
    isDistributed: false,
    maximum: 4,
    statementTimeoutMilliseconds: 1_000,
    graceMilliseconds: 200,
    ...options,
  });
  onTestFinished(() => connections.close());
  return connections;
}

/** Sends so many statements at once, each of which takes so long. */
function sleep(session: Session, seconds: number, times = 1, onAnswer = () => {}): Promise<unknown> {
  const statement = { name: null, text: `SELECT pg_sleep(${seconds})`, places: [] };
  return Promise.all(Array.from({ length: times }, () => session.ask(statement, {}).then(onAnswer)));
}

/** What a transaction that sleeps comes to: null, or what its caller is told. */
function outcomeOf(
  connections: Connections,
  seconds: number,
  times = 1,
  onAnswer?: () => void,
): Promise<string | null> {
  return connections
    .transaction(ofNoOrganization, (session) => sleep(session, seconds, times, onAnswer))
    .then(
      () => null,
      (error: unknown) => String(translateError(error)),
    );
}

test('a batch whose statements each keep their time is kept, and nobody else is broken off for it', async () => {
  await using store = await openPostgresStore({
    url: database.url,
    prepares: true,
    role: 'server',
    statementTimeoutMilliseconds: 2_000,
  });
  const [slow, other] = [await StoreRoom.open(() => store), await StoreRoom.open(() => store)];
  for (const room of [slow, other]) await room.put('warm', { source: 'a' });
  await database.run(
    `CREATE FUNCTION take_time() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
       PERFORM pg_sleep(CASE WHEN organization_id::text = trim(both '{}' from current_setting('leadsource.organizations'))
         THEN 1.4 ELSE 0.6 END) FROM organizations WHERE public_id = '${slow.organizationId}';
       RETURN NULL;
     END $$`,
  );
  const each = (statement: (table: string) => string) =>
    database.run(['touches', 'customers'].map(statement).join(';'));
  await each((table) => `CREATE TRIGGER take_time BEFORE INSERT ON ${table} EXECUTE FUNCTION take_time()`);
  const putting = failureOf(slow.put('c', { source: 'a' }));
  await pause(1_600);
  const puttingElsewhere = failureOf(other.put('c', { source: 'a' }));
  expect([await putting, await puttingElsewhere]).toEqual([null, null]);
  await each((table) => `DROP TRIGGER take_time ON ${table}`);
});

test('what takes too long in all is told so, though the server answers, and is the trouble of nobody else', async () => {
  const losses = new Losses();
  const [own, others] = [open({ losses, stepTimeoutMilliseconds: 1_600 }), open({ losses })];
  await outcomeOf(others, 0);
  const start = performance.now();
  const slow = outcomeOf(own, 0.4, 10);
  await pause(1_200);
  const beside = outcomeOf(others, 0.9);
  expect(await slow).toContain('The storage is too slow.');
  expect(performance.now() - start).toBeGreaterThan(1_600);
  expect(await beside).toBeNull();
  expect(losses.lastMilliseconds).toBe(Number.NEGATIVE_INFINITY);
});

test('a list that is long by several statements is said to be long', async () => {
  const lists = open({ lateCause: 'long-list' });
  const reading = lists.snapshot(ofNoOrganization, (session) => sleep(session, 0.4, 10));
  await expect(reading).rejects.toThrow('The list took too long.');
});

test('what is sent again and again before all is answered has its time each time', async () => {
  const connections = open({ statementTimeoutMilliseconds: 600 });
  const sending = connections.transaction(ofNoOrganization, async (session) => {
    let answer = sleep(session, 0.3);
    for (let time = 0; time < 5; time++) {
      const next = sleep(session, 0.3);
      await answer;
      answer = next;
    }
    await answer;
  });
  await expect(sending).resolves.toBeUndefined();
});

test('a server counts as silent by what came last, and whoever waits for it waits no longer', async () => {
  await using proxy = await startCuttableProxy(database.url);
  const losses = new Losses();
  const own = open({ url: proxy.url, losses, stepTimeoutMilliseconds: 30_000 });
  const others = open({ losses, statementTimeoutMilliseconds: 30_000 });
  const waiting = outcomeOf(others, 20);
  let lastAnswer = Number.NaN;
  const talking = outcomeOf(own, 0.5, 20, () => {
    lastAnswer = performance.now();
  });
  await pause(1_700);
  proxy.swallow();
  expect(await talking).toContain('The storage is out of reach.');
  const silence = performance.now() - lastAnswer;
  expect(silence).toBeGreaterThan(1_150);
  expect(silence).toBeLessThan(3_000);
  expect(await waiting).toContain('The storage is out of reach.');
});

test('a commit that waits for long is said to be slow, and no list or report is broken off for it', async () => {
  const losses = new Losses();
  const [own, others] = [open({ losses }), open({ losses, statementTimeoutMilliseconds: 30_000 })];
  const reports = open({ losses, statementTimeoutMilliseconds: 30_000, lateCause: 'long-report' });
  await database.run(
    `CREATE TABLE waiting (place bigint);
     CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(4); RETURN NULL; END $$;
     CREATE CONSTRAINT TRIGGER wait AFTER INSERT ON waiting DEFERRABLE INITIALLY DEFERRED
       FOR EACH ROW EXECUTE FUNCTION wait_at_commit();
     GRANT ALL ON waiting TO PUBLIC`,
  );
  const inserting = { name: null, text: 'INSERT INTO waiting VALUES (1)', places: [] };
  const committing = own
    .transaction(ofNoOrganization, (session) => session.run(inserting, {}))
    .catch((error: unknown) => String(translateError(error)));
  const [reporting, waiting] = [outcomeOf(reports, 3), outcomeOf(others, 20)];
  expect(await committing).toContain('The storage is too slow.');
  expect(await waiting).toContain('The storage is out of reach.');
  expect(await reporting).toBeNull();
  // The server goes on: what is not acknowledged may be kept.
  await expect.poll(() => database.run('SELECT place FROM waiting')).toHaveLength(1);
});

test('a process that was held up itself does not take the server for silent', async () => {
  // Long enough for the server itself, which has to share the processors with what holds up this process.
  const connections = open({ statementTimeoutMilliseconds: 1_500, graceMilliseconds: 100 });
  await outcomeOf(connections, 0);
  const reading = outcomeOf(connections, 0.1);
  await pause(20);
  // Behind where answers are received, and before where time is told.
  await new Promise((resolve) => setImmediate(resolve));
  const start = performance.now();
  while (performance.now() - start < 2_000);
  expect(await reading).toBeNull();
});
