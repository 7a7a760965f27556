import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { testSecretKey } from '../support/service.ts';
import { answersOf, type Caller, send, serve, targetsOf } from '../support/whole-store.ts';
import { fill } from '../support/whole-store-facts.ts';

let operator: CommandLine;
let target: FreshDatabase;
beforeAll(async () => {
  operator = commandLine();
  target = await freshDatabase();
});
afterAll(async () => {
  operator[Symbol.dispose]();
  await target.drop();
});

test('after a move every GET is answered with the same bytes, tokens stay good, and writes go on', async () => {
  const first: Caller = { headers: { 'REB-APIKEY': testSecretKey } };
  const here = await serve(operator.databaseUrl);
  const made = await operator.json(
    'organization',
    'create',
    '--id',
    'second',
    '--name',
    'Zweite',
    '--rate-limit',
    '9000/600',
  );
  const second: Caller = {
    headers: { 'REB-APIKEY': (made as { secretKey: string }).secretKey },
  };
  await operator.run('organization', 'set', 'second', '--environment', 'live', '--name', 'Другая');
  const keyIds = await fill(here, first);
  await fill(here, second);
  const minted = (await send(here, first, 'POST', '/tokens', { permissions: ['customers:read'] })) as {
    token: string;
  };
  const byToken: Caller = { ...first, headers: { Authorization: `Bearer ${minted.token}` } };
  const callers = [first, second, byToken];
  const targets = await targetsOf(here, keyIds);
  const before = await Promise.all(callers.map((caller) => answersOf(here, caller, targets)));
  await here.stop();

  const url = new URL(target.url);
  const { exitCode, out, err } = await operator.run('migrate-to', target.url);
  expect({ exitCode, err }).toMatchObject({
    exitCode: 0,
    err: expect.stringMatching(/^customers +\d+ +[\da-f]{16}$/m),
  });
  url.password = '***';
  expect(out).toBe(`DATABASE_URL=${url.href}\n`);
  expect(err).not.toContain(new URL(target.url).password);

  const there = await serve(target.url);
  const after = await Promise.all(callers.map((caller) => answersOf(there, caller, targets)));
  expect(after).toEqual(before);
  const statuses = before.flatMap((answers) => Object.values(answers).map(([status]) => status));
  for (const status of [200, 403, 404]) expect(statuses).toContain(status);
  const [[, headers] = []] = [before[0]?.['/customers/c/lead-source']].filter(
    (answer) => answer !== undefined,
  );
  expect(headers).toHaveProperty('etag');

  for (const id of ['a', 'new'])
    await send(there, first, 'PUT', `/customers/${id}/lead-source`, { source: 'later' });
  const [, , history = ''] =
    (await answersOf(there, first, ['/customers/c/lead-sources']))['/customers/c/lead-sources'] ?? [];
  expect(JSON.parse(history).at(-1)).toMatchObject({ source: 'later', position: 'most-recent' });
  await there.stop();
  const asQuery = new URL(target.url);
  asQuery.searchParams.set('password', 'not-shown');
  const again = await operator.run('migrate-to', asQuery.href, '--json');
  expect(JSON.parse(again.out)).toEqual({
    databaseUrl: `${url.href}?password=***`,
    tables: null,
    organizations: 2,
  });
});

test.each([
  [['sqlite:./other.db'], 2, 'leadsource: The url must be postgres://<user>@<host>/<database>.\n'],
  [['db.example.com:not-shown'], 2, 'leadsource: The url must be postgres://<user>@<host>/<database>.\n'],
])('migrate-to %j is a fault of usage, and is not repeated', async (words, exitCode, err) => {
  expect(await operator.run('migrate-to', ...words)).toEqual({ exitCode, out: '', err });
});

test('migrate-to moves a file, not a server', async () => {
  const settings = { DATABASE_URL: target.url };
  const { exitCode, err } = await operator.runWith(settings, 'migrate-to', target.url);
  expect({ exitCode, err }).toEqual({
    exitCode: 2,
    err: 'leadsource: DATABASE_URL names a PostgreSQL server, not a database file: only a file can be moved.\n',
  });
});

test('migrate-to says in one line that there is nothing to move, or nowhere to move it', async () => {
  using nobody = commandLine();
  expect((await nobody.run('migrate-to', target.url)).err).toMatch(
    /^leadsource: There is no database at [^\n]+\.\n$/,
  );
  await nobody.run('organization', 'create', '--no-key');
  const { exitCode, err } = await nobody.run('migrate-to', 'postgres://nobody:not-shown@127.0.0.1:1/x');
  expect({ exitCode, err }).toEqual({
    exitCode: 1,
    err: expect.stringMatching(/^leadsource: The PostgreSQL server cannot be used: [^\n]+\n$/),
  });
  expect(err).not.toContain('not-shown');
});
