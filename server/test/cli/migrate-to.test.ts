import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Service, start } from '../../src/start.ts';
import { type CommandLine, commandLine, commandTime } from '../support/command-line.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { testOrganizationId, testSecretKey } from '../support/service.ts';

/** The service's clock, which stands still while answers are compared. */
let time = commandTime;
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

function serve(databaseUrl: string): Promise<Service> {
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: databaseUrl,
    LEADSOURCE_PUBLIC_URL: 'http://leadsource.test',
    LEADSOURCE_ORGANIZATION_ID: testOrganizationId,
    LEADSOURCE_SECRET_KEY: testSecretKey,
    LEADSOURCE_RATE_LIMIT: 'off',
    LEADSOURCE_LOG_LEVEL: 'silent',
  });
  return start({ config, now: () => time, onFatal: expect.unreachable });
}

interface Caller {
  readonly organizationId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends a write, which must succeed, a moment after the one before. */
async function send(
  { url }: Service,
  { headers }: Caller,
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  time += 1234;
  const type = { 'Content-Type': 'application/json' };
  const answer = await fetch(url + path, {
    method,
    headers: { ...headers, ...(body !== undefined && type) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
  return text === '' ? null : JSON.parse(text);
}

const oddFields = {
  'ключ "\\\u2028': [
    '\u{1f469}\u200d\u{1f680}',
    'e\u0301',
    '\u202e',
    '\ufeff',
    '\uffff',
    '\u0001\u001f',
    null,
    0.1,
  ],
  ['__proto__']: { constructor: { '': {} } },
  'ﬁ\\u0000': '\\ud800 \\ \u{10ffff} \u007f',
};

/** Writes as callers of an organization do: merges, removals, odd texts, keys, tokens. */
async function fill(service: Service, caller: Caller): Promise<readonly string[]> {
  const write = send.bind(null, service, caller);
  for (const [id, source] of [
    ['a', 'google'],
    ['b', 'Zürich 😀'],
    ['c', "'; --"],
    ['gone', 'x'],
    ['a', 'news'],
  ] as const)
    await write('PUT', `/customers/${id}/lead-source`, {
      source,
      medium: null,
      path: '/x?y=%F0%9F%98%80',
      clickId: '',
    });
  await write('PUT', '/customers/c/lead-source', { referrer: 'https://example.com/%C3%BC?a=1' });
  await write('POST', '/customers', { websiteId: 'ß', customFields: { plain: 1 } });
  for (const id of ['d', 'e@~x', 'B'])
    await write('PUT', `/customers/${id}`, { customFields: { ...oddFields, [id]: 1 } });
  await write('DELETE', '/customers/gone/lead-source');
  await write('DELETE', '/customers/d?targetCustomerId=a');
  await write('DELETE', '/customers/b?targetCustomerId=c');
  await write('DELETE', '/customers/a?targetCustomerId=c');
  await write('PUT', '/customers/b/lead-source', { source: 'through two aliases' });
  const key = { description: 'Läser', acl: ['customers:read'], allowedIps: ['192.0.2.0/24'] };
  const { id } = (await write('POST', '/api-keys', { type: 'secret', ...key })) as { id: string };
  await write('PUT', `/api-keys/${id}`, { ...key, expiresTime: '2030-01-01T00:00:00Z' });
  const revoked = (await write('POST', '/api-keys', { type: 'publishable' })) as { id: string };
  await write('DELETE', `/api-keys/${revoked.id}`);
  return [id, revoked.id];
}

/** Everything that can be asked for, by the OpenAPI document, and more of what has many forms. */
async function targetsOf({ url }: Service, keyIds: readonly string[]): Promise<readonly string[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, object> };
  const ofThisProcess = /^\/(?:health|metrics)/;
  const templates = Object.entries(document.paths)
    .filter(([path, item]) => 'get' in item && !ofThisProcess.test(path))
    .map(([path]) => path);
  const ids = ['a', 'b', 'c', 'd', 'e@~x', 'B', 'gone', 'unknown'];
  const filled = templates.flatMap((template) => {
    const values = template.startsWith('/api-keys') ? keyIds : ids;
    return template.includes('{') ? values.map((id) => template.replace(/\{\w+\}/, id)) : [template];
  });
  const queries = [
    '/customers?limit=2&offset=1',
    '/customers?limit=0',
    '/customers?sort=-createdTime&expand=leadSource',
    '/customers?sort=websiteId,-id&limit=3',
    `/customers?filter=${encodeURIComponent('leadSource.source:"through two aliases",!original.source:google')}`,
    '/customers?filter=id:B..c&fields=id,customFields',
    '/customers/c/lead-sources?limit=2&offset=1',
    '/api-keys?limit=1',
    '/setting-changes?limit=3&offset=2',
  ];
  return [...filled, ...queries];
}

interface Answers {
  readonly [target: string]: readonly [status: number, headers: object, body: string];
}

const ofOneAnswer = new Set(['date', 'x-request-id']);

async function answersOf({ url }: Service, caller: Caller, targets: readonly string[]): Promise<Answers> {
  const answers: Record<string, Answers[string]> = {};
  for (const path of targets) {
    for (const root of ['', `/organizations/${caller.organizationId}`]) {
      const answer = await fetch(url + root + path, { headers: caller.headers });
      const headers = [...answer.headers].filter(([name]) => !ofOneAnswer.has(name));
      answers[root + path] = [answer.status, Object.fromEntries(headers), await answer.text()];
    }
  }
  return answers;
}

test('after a move every GET is answered with the same bytes, tokens stay good, and writes go on', {
  timeout: 60_000,
}, async () => {
  const first: Caller = { organizationId: testOrganizationId, headers: { 'REB-APIKEY': testSecretKey } };
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
    organizationId: 'second',
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
  const again = await operator.run('migrate-to', target.url, '--json');
  expect(JSON.parse(again.out)).toEqual({ databaseUrl: url.href, tables: null, organizations: 2 });
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
    err: 'leadsource: DATABASE_URL names a PostgreSQL server, not a database file: it is a file that is moved.\n',
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
    err: expect.stringMatching(/^leadsource: The PostgreSQL server [^\n]+\n$/),
  });
  expect(err).not.toContain('not-shown');
});
