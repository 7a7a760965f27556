import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MeasuredParts, measure } from '../../src/http/metrics.ts';
import { RefusedRequests } from '../../src/http/refused-requests.ts';
import { version } from '../../src/version.ts';
import { type Metric, sampleValue, scrape } from '../support/metrics.ts';
import { operatorOf } from '../support/operator.ts';
import { exchange } from '../support/raw-http.ts';
import { startTestService, type TestService } from '../support/service.ts';

const page = join(import.meta.dirname, '../../../docs/operate/metrics.md');
const requests = 'leadsource_http_request_duration_seconds_count';
const leadSource = '/customers/:id/lead-source';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

interface DocumentedMetric {
  readonly name: string;
  readonly type: string;
  /** Null where the page leaves them to the library that makes the metric. */
  readonly labels: readonly string[] | null;
}

/** The rows of the page's tables that speak of the engine of this run. */
function documented(): readonly DocumentedMetric[] {
  const hasFile = service.databasePath !== '';
  return readFileSync(page, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter((cells) => cells.length === 5 + 2 || cells.length === 3 + 2)
    .filter((cells) => cells.length === 3 + 2 || cells[4] === 'both' || (cells[4] === 'file') === hasFile)
    .map(([, name = '', type = '', labels = '', ...rest]) => ({
      name: name.replaceAll('`', ''),
      type,
      labels: rest.length < 3 ? null : [...labels.matchAll(/`(\w+)`/g)].map(([, label = '']) => label).sort(),
    }));
}

function labelsOf({ samples }: Metric): readonly string[] {
  const names = samples.flatMap(({ labels }) => Object.keys(labels)).filter((label) => label !== 'le');
  return [...new Set(names)].sort();
}

/** Of a service that nothing was asked of. */
const idle: MeasuredParts = {
  version,
  store: {
    onCommit: () => {},
    statistics: () => ({
      ...{ waitingWrites: 0, oldestWaitSeconds: 0, committedWrites: 0, commits: 0, retriedTransactions: 0 },
      refusedWrites: { 'queue-full': 0, stalled: 0, closing: 0 },
      pools: [],
      readQueues: [],
    }),
  },
  telling: {
    outboxLag: { organizations: 0, oldestSeconds: 0 },
    deliveryFigures: { attempts: { delivered: 0, retried: 0, failed: 0 }, due: 0, oldestDueSeconds: 0 },
  },
  refusedRequests: new RefusedRequests(),
};

test('metrics hold nothing of a service that is closed: some of what watches is never let go', async () => {
  const app = fastify();
  const registry = measure(app, idle);
  expect(registry.getMetricsAsArray().length).toBeGreaterThan(10);
  await app.close();
  expect(registry.getMetricsAsArray()).toEqual([]);
});

describe('the page on metrics', () => {
  test('names each metric of the service, with its type and labels, and no other', async () => {
    await service.call('GET', '/customers');
    const shown = (await scrape(service)).filter(({ name }) => name.startsWith('leadsource_'));
    const ours = documented().filter(({ name }) => name.startsWith('leadsource_'));
    expect(ours.length).toBeGreaterThan(10);
    const inOrder = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
    expect(ours.toSorted(inOrder)).toEqual(
      shown
        .map((metric) => ({ name: metric.name, type: metric.type, labels: labelsOf(metric) }))
        .sort(inOrder),
    );
  });

  test('names each metric of the process', async () => {
    const known = documented();
    const shown = (await scrape(service)).filter(({ name }) => !name.startsWith('leadsource_'));
    expect(shown.length).toBeGreaterThan(20);
    for (const { name, type } of shown) expect(known).toContainEqual({ name, type, labels: null });
  });
});

describe('after known traffic', () => {
  test('requests are counted by method, route and status, exactly', async () => {
    await using fresh = await startTestService();
    for (const id of ['a', 'b', 'c']) await fresh.call('PUT', `/customers/${id}/lead-source`, { body: {} });
    await fresh.call('PUT', '/customers/a/lead-source', { body: { source: 7 } });
    await fresh.call('GET', '/customers/a/lead-source');
    await fresh.call('GET', '/customers/nobody/lead-source');
    await fresh.call('GET', `/organizations/${fresh.organizationId}/customers/b/lead-source`);
    await fresh.call('GET', '/customers/a/lead-source', { key: null });
    const metrics = await scrape(fresh);
    const count = (method: string, status: string) =>
      sampleValue(metrics, requests, { method, route: leadSource, status });
    expect([count('PUT', '201'), count('PUT', '422')]).toEqual([3, 1]);
    expect([count('GET', '200'), count('GET', '404'), count('GET', '401')]).toEqual([2, 1, 1]);
    expect(sampleValue(metrics, 'leadsource_build_info', { version })).toBe(1);
  });

  test('what the connection refuses by itself is counted by status', async () => {
    await using fresh = await startTestService();
    const port = Number(new URL(fresh.url).port);
    await exchange(port, Buffer.from('GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'));
    await exchange(port, Buffer.from('CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'));
    const metrics = await scrape(fresh);
    const refused = (status: string) =>
      sampleValue(metrics, 'leadsource_http_refused_requests_total', { status });
    expect([refused('400'), refused('501')]).toEqual([1, 1]);
  });

  test('every write shows, in as many commits as there were', async () => {
    await using fresh = await startTestService();
    for (let place = 0; place < 5; place++)
      await fresh.call('POST', '/customers', { body: { id: `c${place}` } });
    const metrics = await scrape(fresh);
    const written = sampleValue(metrics, 'leadsource_storage_writes_total');
    const commits = sampleValue(metrics, 'leadsource_storage_commit_duration_seconds_count');
    expect(written).toBeGreaterThanOrEqual(5);
    expect(sampleValue(metrics, 'leadsource_storage_batch_writes_sum')).toBe(written);
    expect(sampleValue(metrics, 'leadsource_storage_batch_writes_count')).toBe(commits);
    expect(commits).toBeGreaterThanOrEqual(5);
    expect(sampleValue(metrics, 'leadsource_storage_waiting_writes')).toBeLessThanOrEqual(1);
  });
});

test('the number of series grows neither with customers nor with organizations, keys or what else callers send', async () => {
  const traffic = async (id: string, key: string) => {
    await service.call('PUT', `/customers/${id}/lead-source`, { body: { source: id }, key });
    await service.call('GET', `/customers/${id}`, { key });
    await service.call('GET', `/nowhere/${id}`, { key });
    await service.call('GET', `/customers?filter=id:${id}`, { key });
    await service.call('GET', '/customers', { key: `sk_live_${id}` });
  };
  const series = async () => {
    const ours = (await scrape(service)).filter(({ name }) => name.startsWith('leadsource_'));
    return ours.flatMap(({ samples }) => samples).length;
  };
  await traffic('first', service.secretKey);
  await series();
  const before = await series();
  await using operator = await operatorOf(service);
  for (const id of ['second', 'third', 'fourth']) {
    const organization = await operator.createOrganization({ id: `org_${id}` });
    await traffic(id, organization.key);
  }
  expect(await series()).toBe(before);
});
