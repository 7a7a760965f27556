import { expect } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Service, start } from '../../src/start.ts';
import { commandTime } from './command-line.ts';
import { testOrganizationId, testSecretKey } from './service.ts';

/** The clock of these services, which stands still while answers are compared. */
let time = commandTime;

/** A service on a database, whose answers depend on nothing else. */
export function serve(databaseUrl: string): Promise<Service> {
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

export interface Caller {
  readonly organizationId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Sends a write, which must succeed, a moment after the one before. */
export async function send(
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
export async function fill(service: Service, caller: Caller): Promise<readonly string[]> {
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
export async function targetsOf({ url }: Service, keyIds: readonly string[]): Promise<readonly string[]> {
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

export async function answersOf(
  { url }: Service,
  caller: Caller,
  targets: readonly string[],
): Promise<Answers> {
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
