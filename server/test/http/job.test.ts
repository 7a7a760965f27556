import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Operator, operatorOf } from '../support/operator.ts';
import { type CallOptions, startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let operator: Operator;
let key: string;
let organizations = 0;
beforeAll(async () => {
  service = await startTestService();
  operator = await operatorOf(service, Date.now);
});
afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});
beforeEach(async () => {
  key = (await operator.createOrganization({ id: `org_${++organizations}` })).key;
});

function call(method: string, path: string, options: CallOptions = {}) {
  return service.call(method, path, { key, ...options });
}

const asked = {
  type: 'data-driven',
  model: 'markov',
  dimension: 'source',
  periodStart: '2026-01-01',
  periodEnd: '2026-02-01',
};
const ask = (more: object = {}, options: CallOptions = {}) =>
  call('POST', '/jobs', { body: { ...asked, ...more }, ...options });

interface JobDocument {
  readonly id: string;
  readonly status: string;
  readonly error: string | null;
  readonly result: unknown;
}

async function ended(id: string): Promise<JobDocument> {
  const read = async () => (await call('GET', `/jobs/${id}`)).body as JobDocument;
  await expect.poll(async () => (await read()).status).toMatch(/completed|failed/);
  return read();
}

async function resultOf(more: object): Promise<unknown> {
  const { status, headers, body } = await ask(more);
  const { id } = body as JobDocument;
  expect([status, headers.get('location')]).toEqual([202, `http://leadsource.test/jobs/${id}`]);
  const job = await ended(id);
  expect(job).toMatchObject({ status: 'completed', error: null, request: more });
  return job.result;
}

/** Customers who went these ways, each a source a day, and bought for so much at the end, if anything. */
async function walk(...ways: readonly (readonly [sources: string, amount: string | null])[]): Promise<void> {
  const at = (day: number) => `2026-01-${String(day).padStart(2, '0')}T00:00:00Z`;
  for (const [place, [sources, amount]] of ways.entries()) {
    const customerId = `c${place}`;
    for (const [day, source] of sources.split('>').entries()) {
      const body = { source, occurredTime: at(day + 1) };
      await call('POST', `/customers/${customerId}/lead-sources`, { body });
    }
    if (amount === null) continue;
    await call('POST', '/conversions', {
      body: { customerId, amount, currency: 'EUR', occurredTime: at(20) },
    });
  }
}

describe('POST /jobs', () => {
  test('answers what each source is worth by the paths of a period', async () => {
    await walk(['C1>C2>C3', '100.00'], ['C1', null], ['C2>C3', null]);
    expect(await resultOf({ order: 1 })).toMatchObject({
      currency: 'EUR',
      conversions: 1,
      conversionProbability: 0.333333333333,
      rows: expect.arrayContaining([
        { value: 'C1', removalEffect: 0.5, conversions: 0.2, revenue: '20.00' },
        { value: 'C2', removalEffect: 1, conversions: 0.4, revenue: '40.00' },
        { value: 'C3', removalEffect: 1, conversions: 0.4, revenue: '40.00' },
      ]),
    });
    for (const order of [2, 3]) {
      expect(await resultOf({ order })).toMatchObject({
        order,
        conversions: 1,
        conversionProbability: 0.333333333333,
      });
    }
  });

  test('answers by shapley, which knows no order and no removal, of the sources on the paths of the period', async () => {
    await walk(['a', '4.00'], ['a>b', '6.00']);
    const before = { source: 'of another time', occurredTime: '2020-01-01T00:00:00Z' };
    await call('POST', '/customers/gone/lead-sources', { body: before });
    const result = (await resultOf({ model: 'shapley' })) as { rows: object[] };
    expect(result).not.toHaveProperty('order');
    expect(result.rows).toEqual([
      { value: 'a', conversions: 1.5, revenue: '7.00' },
      { value: 'b', conversions: 0.5, revenue: '3.00' },
    ]);
  });

  test('of a period without conversions has no rows', async () => {
    expect(await resultOf({ order: 3, timezone: 'Europe/Vienna' })).toMatchObject({
      conversions: 0,
      rows: [],
    });
  });

  test('names every fault at once, and makes no job', async () => {
    const wrong = {
      model: 'linear',
      order: 4,
      dimension: 'color',
      periodStart: '2026-02-30',
      periodEnd: null,
      timezone: 'Mars/Olympus',
      currency: 'XXY',
    };
    const { status, body } = await ask(wrong);
    const { invalidFields } = body as { invalidFields: { field: string }[] };
    expect([status, invalidFields.map(({ field }) => field)]).toEqual([422, Object.keys(wrong)]);
    expect((await call('GET', '/jobs')).body).toEqual([]);
  });

  test.each([
    ['type', { type: 'recompute-credits' }],
    ['type', { type: 'unknown' }],
    ['type', { type: null }],
    ['model', { model: undefined }],
    ['model', { model: '' }],
    ['order', { order: 0 }],
    ['order', { order: '1' }],
    ['order', { order: 1.5 }],
    ['dimension', { dimension: 'source,medium' }],
    ['dimension', { dimension: ['source'] }],
    ['periodEnd', { periodEnd: '2025-12-31' }],
    ['periodEnd', { periodEnd: '2026-01-01' }],
    ['timezone', { timezone: '' }],
    ['currency', { currency: 'eur' }],
  ])('refuses %s of %j', async (field, more) => {
    const { status, body } = await ask(more);
    expect(status).toBe(422);
    expect(body).toMatchObject({ invalidFields: [{ field }] });
  });

  test('asks for the currency where there are several', async () => {
    await walk(['a', '4.00']);
    await call('POST', '/conversions', { body: { customerId: 'x', amount: '1', currency: 'JPY' } });
    expect((await ask()).body).toMatchObject({ invalidFields: [{ field: 'currency' }] });
    expect(await resultOf({ currency: 'JPY' })).toMatchObject({ conversions: 0 });
  });

  test('is done once for an Idempotency-Key', async () => {
    const options = { headers: { 'Idempotency-Key': 'k' } };
    const { id } = (await ask({}, options)).body as JobDocument;
    await ended(id);
    expect((await ask({}, options)).body).toMatchObject({ id, status: 'queued' });
    expect((await ask({ order: 2 }, options)).status).toBe(422);
    expect((await call('GET', '/jobs')).headers.get('pagination-total')).toBe('1');
  });

  test('is answered for an Idempotency-Key as it was then, whatever it would mean now', async () => {
    await walk(['a', '4.00']);
    const options = { headers: { 'Idempotency-Key': 'k' } };
    const { id } = (await ask({}, options)).body as JobDocument;
    await call('POST', '/conversions', { body: { customerId: 'x', amount: '1', currency: 'JPY' } });
    expect((await ask()).status).toBe(422);
    expect(await ask({}, options)).toMatchObject({ status: 202, body: { id } });
  });

  test('takes reports:write', async () => {
    const made = await call('POST', '/api-keys', { body: { type: 'secret', acl: ['reports:read'] } });
    const { secretKey } = made.body as { secretKey: string };
    expect((await ask({}, { key: secretKey })).status).toBe(403);
  });
});

describe('GET /jobs', () => {
  test('lists jobs with results of any length, the newest first, as each is read', async () => {
    const touches = Array.from({ length: 400 }, (_none, number) => ({
      customerId: `c${number % 4}`,
      occurredTime: new Date(Date.UTC(2026, 0, 1, 0, number)).toISOString(),
      campaign: `${number} ${'ü'.repeat(500)}`,
    }));
    await call('POST', '/lead-sources', { body: touches });
    await walk(['a', '4.00']);
    for (const dimension of ['campaign', 'source', 'campaign']) {
      const { id } = (await ask({ dimension })).body as JobDocument;
      await ended(id);
    }
    const { body, headers } = await call('GET', '/jobs');
    const jobs = body as readonly JobDocument[];
    expect([jobs.length, headers.get('pagination-total'), headers.get('pagination-limit')]).toEqual([
      3,
      '3',
      '100',
    ]);
    expect(jobs.map(({ id }) => id)).toEqual(
      jobs
        .map(({ id }) => id)
        .toSorted()
        .toReversed(),
    );
    for (const job of jobs) expect((await call('GET', `/jobs/${job.id}`)).body).toEqual(job);
    const ids = async (query: string) =>
      ((await call('GET', `/jobs?${query}`)).body as readonly JobDocument[]).map(({ id }) => id);
    expect(await ids('limit=1&offset=1')).toEqual([jobs[1]?.id]);
    expect(await ids('limit=0')).toEqual([]);
    const answer = await fetch(`${service.url}/jobs`, { headers: { 'REB-APIKEY': key } });
    expect(answer.headers.get('content-length')).toBe(null);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(await answer.text()).toBe(JSON.stringify(jobs));
  });
});
