import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { type Service, start } from '../../src/start.ts';
import { commandTime } from './command-line.ts';
import { testOrganizationId, testSecretKey } from './service.ts';

/** The clock of these services, which stands still while answers are compared. */
let time = commandTime;

/** Answers what puts the clock back to this moment, since some answers tell it. */
export function keepMoment(): () => void {
  const moment = time;
  return () => {
    time = moment;
  };
}

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

/** Writes as callers of an organization do: merges, removals, odd texts, keys, tokens, money. Answers ids that were made. */
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
  return [id, revoked.id, ...(await fillMoney(service, caller))];
}

/** Conversions of customers who have a history, refunds, what was spent, settings of their own, a closed period. */
async function fillMoney(service: Service, caller: Caller): Promise<readonly string[]> {
  const write = send.bind(null, service, caller);
  const rules = [{ channel: 'Новости', when: [{ field: 'source', op: 'equals', value: 'news' }] }];
  await write('PUT', '/channel-rules', { rules });
  const told = [
    { occurredTime: '2026-11-02T00:00:00Z', affiliate: 'ann', clickId: 'Cj0', id: 'told' },
    { occurredTime: '2026-11-03T00:00:00Z', source: 'news' },
  ];
  for (const touch of told) await write('POST', '/customers/buyer/lead-sources', touch);
  await write('POST', '/customers/buyer/visitors', { visitorId: 'visitor-1' });
  const sale = { customerId: 'buyer', occurredTime: '2026-11-04T00:00:00Z' };
  await write('POST', '/conversions', { ...sale, id: 'c', amount: '10.01', currency: 'EUR' });
  await write('POST', '/conversions', {
    ...sale,
    id: 'b',
    amount: 700,
    currency: 'JPY',
    metadata: oddFields,
  });
  await write('POST', '/conversions', { ...sale, id: 'a', customerId: 'nobody', amount: 5, currency: 'EUR' });
  await write('POST', '/conversions/c/refunds', { id: 'r1', amount: '0.05' });
  const spent = { date: '2026-11-02', source: 'news', amount: '3.50', currency: 'EUR' };
  await write('PUT', '/spend', [spent, { ...spent, channel: 'Новости', source: null }]);
  const settings = { lookbackDays: 30, halfLifeDays: 3 };
  const { jobId } = (await write('PUT', '/attribution-settings', settings)) as { jobId: string };
  await completed(service, caller, jobId);
  const period = { periodStart: '2026-11-01T00:00:00Z', periodEnd: '2026-11-20T00:00:00Z', model: 'first' };
  const closed = (await write('POST', '/affiliate-periods', period)) as { id: string };
  await write('POST', '/conversions/c/refunds', { id: 'r2', amount: '1.00' });
  return [jobId, closed.id];
}

const millisecondsBetweenLooks = 20;

async function completed({ url }: Service, { headers }: Caller, jobId: string): Promise<void> {
  for (;;) {
    const answer = await fetch(`${url}/jobs/${jobId}`, { headers });
    const { status } = (await answer.json()) as { status: string };
    if (status === 'completed') return;
    expect(['queued', 'running']).toContain(status);
    await pause(millisecondsBetweenLooks);
  }
}

/** Everything that can be asked for, by the OpenAPI document, and more of what has many forms. */
export async function targetsOf({ url }: Service, madeIds: readonly string[]): Promise<readonly string[]> {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: Record<string, object> };
  const ofThisProcess = /^\/(?:health|metrics)/;
  const templates = Object.entries(document.paths)
    .filter(([path, item]) => 'get' in item && !ofThisProcess.test(path))
    .map(([path]) => path);
  const filled = templates.flatMap((template) =>
    template.includes('{')
      ? idsFor(template, madeIds).map((id) => template.replace(/\{\w+\}/, id))
      : [template],
  );
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
    '/customers/buyer/lead-sources',
    '/customers/buyer/visitors',
    ...reportQueries,
  ];
  return [...filled, ...queries];
}

const generated = { '/api-keys': 'key_', '/affiliate-periods': 'afp_', '/jobs': 'job_' };

/** Ids to ask a path for: those that were made, given ones, or one that nothing has. */
function idsFor(template: string, madeIds: readonly string[]): readonly string[] {
  const [, prefix] = Object.entries(generated).find(([path]) => template.startsWith(path)) ?? [];
  if (prefix !== undefined) return madeIds.filter((id) => id.startsWith(prefix));
  if (template.startsWith('/conversions')) return ['a', 'b', 'c', 'unknown'];
  return template.startsWith('/customers')
    ? ['a', 'b', 'c', 'd', 'e@~x', 'B', 'gone', 'unknown']
    : ['unknown'];
}

const period = 'periodStart=2026-11-01&periodEnd=2026-12-01';
const reportQueries = [
  `/reports/attribution?${period}&currency=EUR&dimension=channel,source&customers=true`,
  `/reports/attribution?${period}&currency=JPY&interval=day&timezone=Asia/Tokyo&dateBasis=refund`,
  `/reports/journeys?${period}&currency=EUR`,
  `/reports/affiliates?periodStart=2026-11-20T00:00:00Z&periodEnd=2026-12-01&model=first`,
  `/exports/offline-conversions?platform=google-ads-api&conversionName=Sale&model=first&${period}`,
  '/conversions?credited=source:news&sort=occurredTime',
  '/spend?filter=source:news',
];

interface Answers {
  readonly [target: string]: readonly [status: number, headers: object, body: string];
}

const ofOneAnswer = new Set(['date', 'x-request-id']);

/** Under the short root: the other one answers the same, whatever the store. */
export async function answersOf(
  { url }: Service,
  caller: Caller,
  targets: readonly string[],
): Promise<Answers> {
  const answers: Record<string, Answers[string]> = {};
  for (const path of targets) {
    const answer = await fetch(url + path, { headers: caller.headers });
    const headers = [...answer.headers].filter(([name]) => !ofOneAnswer.has(name));
    answers[path] = [answer.status, Object.fromEntries(headers), await answer.text()];
  }
  return answers;
}
