import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Service } from '../../src/service.ts';
import { Receiver } from './receiver.ts';
import { type Caller, send } from './whole-store.ts';

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

/** Writes as callers of an organization do, some of everything. Answers the ids that the service chose. */
export async function fill(service: Service, caller: Caller): Promise<readonly string[]> {
  return [
    ...(await fillCustomers(service, caller)),
    ...(await fillMoney(service, caller)),
    ...(await fillSettings(service, caller)),
    ...(await fillVisitsAndImports(service, caller)),
    ...(await fillPathModels(service, caller)),
    ...(await fillWebhooks(service, caller)),
  ];
}

/** Merges, removals, an erasure, odd texts, keys. */
async function fillCustomers(service: Service, caller: Caller): Promise<readonly string[]> {
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
  await write('PUT', '/customers/erased/lead-source', { source: 'news', path: '/her?name=ann' });
  await write('POST', '/customers/erased/erasure');
  return [id, revoked.id];
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

/** In place of the defaults, and too mild to take anything away. */
async function fillSettings(service: Service, caller: Caller): Promise<readonly string[]> {
  const write = send.bind(null, service, caller);
  await write('PUT', '/landing-settings', { ownHosts: ['shop.example'], urlPolicy: { query: 'strip' } });
  await write('PUT', '/privacy-settings', { stripTouchesAfterDays: 400, forgetVisitorsAfterDays: 30 });
  await write('PUT', '/affiliate-settings', { model: 'first' });
  return [];
}

/** A visitor that is somebody and one that is nobody yet; an import that is there and one that was undone. */
async function fillVisitsAndImports(service: Service, caller: Caller): Promise<readonly string[]> {
  const write = send.bind(null, service, caller);
  const browser = { headers: { ...caller.headers, 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64)' } };
  const ids: string[] = [];
  // A key each: the second visit of a key in a minute is noted only once that is over.
  for (const visitorId of ['visitor-1', 'visitor-2']) {
    const asked = { type: 'publishable', acl: ['capture:write'] };
    const made = (await write('POST', '/api-keys', asked)) as { id: string; publishableKey: string };
    ids.push(made.id);
    const url = 'https://shop.example/?gclid=Cj1&utm_source=ads';
    const hit = { key: made.publishableKey, visitorId, url };
    expect(await send(service, browser, 'POST', '/capture', hit)).toMatchObject({ recorded: true });
  }
  const touch = { customerId: 'imported', occurredTime: '2025-02-03T04:05:06.789Z', source: 'Ünsere Messe' };
  await write('POST', '/lead-sources?import=kept', [{ ...touch, id: 'given' }]);
  await write('POST', '/lead-sources?import=undone', [touch]);
  await write('DELETE', '/imports/undone');
  await until(service, caller, '/imports/undone', ({ status }) => status === 'undone');
  return ids;
}

async function fillPathModels(service: Service, caller: Caller): Promise<readonly string[]> {
  const asked = { type: 'data-driven', periodStart: '2026-11-01', periodEnd: '2026-12-01', currency: 'EUR' };
  const ids: string[] = [];
  for (const model of ['markov', 'shapley']) {
    const { id } = (await send(service, caller, 'POST', '/jobs', { ...asked, model })) as { id: string };
    await completed(service, caller, id);
    ids.push(id);
  }
  return ids;
}

/** One that was told, and one that wanted to be told no more. Nothing waits for either in the end. */
async function fillWebhooks(service: Service, caller: Caller): Promise<readonly string[]> {
  const write = send.bind(null, service, caller);
  await using receiver = await Receiver.start();
  receiver.answering = ({ path }, response) => {
    response.writeHead(path === '/closed' ? 410 : 204).end(path === '/closed' ? 'Closed for good.' : '');
  };
  const headers = [{ name: 'X-Shop', value: 'Corner shop' }];
  await write('PUT', '/webhooks/shop', { url: `${receiver.url}/shop`, headers });
  await write('PUT', '/webhooks/closed', {
    url: `${receiver.url}/closed`,
    eventsFilter: ['customer-created'],
  });
  await write('PUT', '/customers/told/lead-source', { source: 'news' });
  await until(service, caller, '/webhooks/closed', ({ status }) => status === 'inactive');
  const deliveries = (await until(service, caller, '/tracking/webhooks', (answer) => {
    const told = answer as readonly Delivery[];
    return told.length === 3 && told.every(({ deliveryStatus }) => deliveryStatus !== 'pending');
  })) as readonly Delivery[];
  await write('POST', '/webhooks/shop/secret');
  await write('PUT', '/webhooks/shop', { url: `${receiver.url}/shop`, headers, status: 'inactive' });
  return deliveries.map(({ id }) => id);
}

interface Delivery {
  readonly id: string;
  readonly deliveryStatus: string;
}

const millisecondsBetweenLooks = 20;

async function completed(service: Service, caller: Caller, jobId: string): Promise<void> {
  await until(service, caller, `/jobs/${jobId}`, ({ status }) => {
    if (status !== 'completed') expect(['queued', 'running']).toContain(status);
    return status === 'completed';
  });
}

interface WithStatus {
  readonly status?: string;
}

/** Asks until the answer is as it will be from then on. */
async function until(
  { url }: Service,
  { headers }: Caller,
  path: string,
  isSo: (answer: WithStatus) => boolean,
): Promise<unknown> {
  for (;;) {
    const answer = (await (await fetch(url + path, { headers })).json()) as WithStatus;
    if (isSo(answer)) return answer;
    await pause(millisecondsBetweenLooks);
  }
}
