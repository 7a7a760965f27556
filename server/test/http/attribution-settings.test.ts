import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { defaultAttributionSettings } from '../../src/domain/attribution-settings.ts';
import { testClock } from '../support/clock.ts';
import { type Operator, operatorOf } from '../support/operator.ts';
import { type CallOptions, startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
let service: TestService;
let operator: Operator;
let key: string;
let organizations = 0;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
  operator = await operatorOf(service, clock.now);
});
afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});
beforeEach(async () => {
  key = (await operator.createOrganization({ id: `org_${++organizations}` })).key;
});

const path = '/attribution-settings';

function call(method: string, at: string, options: CallOptions = {}) {
  return service.call(method, at, { key, ...options });
}

async function read(at = path): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await call('GET', at);
  expect(status).toBe(200);
  return body as Readonly<Record<string, unknown>>;
}

const put = (body: object) => call('PUT', path, { body });

async function completed(jobId: unknown): Promise<unknown> {
  await expect.poll(async () => (await read(`/jobs/${jobId}`))['status']).toBe('completed');
  return read(`/jobs/${jobId}`);
}

describe('/attribution-settings', () => {
  test('are the default ones where none were put, without a job', async () => {
    const first = {
      ...defaultAttributionSettings,
      version: 1,
      isDefault: true,
      isApplied: true,
      jobId: null,
      actor: null,
      createdTime: null,
      _links: [{ href: `http://leadsource.test${path}`, rel: 'self' }],
    };
    expect(await read()).toEqual(first);
    expect(await read(`${path}/versions/1`)).toEqual(first);
    expect((await call('GET', '/jobs')).body).toEqual([]);
  });

  test('are changed, and a job builds credits by them, which then are those that reports read', async () => {
    const at = (days: number) => new Date(clock.now() - days * 86_400_000).toISOString();
    await call('POST', '/customers/a/lead-sources', { body: { occurredTime: at(40), source: 'google' } });
    await call('POST', '/conversions', { body: { customerId: 'a', amount: 5, currency: 'EUR' } });
    const { status, body, headers } = await put({ lookbackDays: 30, reportingTimezone: 'europe/vienna' });
    expect([status, headers.get('etag')]).toEqual([200, expect.stringMatching(/^"2-[\w-]{22}"$/)]);
    const { jobId, _links } = body as { jobId: string; _links: unknown };
    expect(body).toMatchObject({
      version: 2,
      isDefault: false,
      lookbackDays: 30,
      halfLifeDays: 7,
      reportingTimezone: 'Europe/Vienna',
      jobId: expect.stringMatching(/^job_/),
      actor: expect.stringMatching(/^key_/),
    });
    const href = `http://leadsource.test/jobs/${jobId}`;
    expect(_links).toContainEqual({ href, rel: 'job' });
    const job = {
      id: jobId,
      type: 'recompute-credits',
      status: 'completed',
      progress: 1,
      request: { settingsVersion: 2 },
      result: null,
      error: null,
      actor: expect.stringMatching(/^key_/),
      createdTime: at(0),
      updatedTime: at(0),
      finishedTime: at(0),
      _links: [{ href, rel: 'self' }],
    };
    expect(await completed(jobId)).toEqual(job);
    expect(await read()).toMatchObject({ version: 2, isApplied: true, jobId });
    expect(await read(`${path}/versions/1`)).toMatchObject({ isApplied: false, jobId: null });
    const { isApplied } = body as { isApplied: boolean };
    const again = await call('GET', path, { headers: { 'If-None-Match': headers.get('etag') ?? '' } });
    expect(again.status).toBe(isApplied ? 304 : 200);
    const listed = await call('GET', '/jobs?limit=1');
    expect(listed.body).toEqual([job]);
    expect(listed.headers.get('pagination-total')).toBe('1');
  });

  test('can be read, changed and sent back', async () => {
    const before = await read();
    expect((await put(before)).body).toMatchObject({ version: 1, jobId: null });
    expect((await put({ ...before, lookbackDays: 7 })).body).toMatchObject({ version: 2 });
    expect((await put({ ...before, lookbackDays: 8 })).status).toBe(409);
    expect((await call('PUT', path, { body: {}, headers: { 'If-Match': '"1"' } })).status).toBe(412);
  });

  test('go back to the default by DELETE, and every version stays to be read', async () => {
    await put({ positionWeights: [0.3, 0.1, 0.6] });
    expect((await call('DELETE', path)).status).toBe(204);
    const now = await read();
    expect(now).toMatchObject({ version: 3, isDefault: true });
    expect(await completed(now['jobId'])).toMatchObject({ request: { settingsVersion: 3 } });
    expect(await read(`${path}/versions/2`)).toMatchObject({ positionWeights: [0.3, 0.1, 0.6] });
    expect((await call('GET', `${path}/versions/4`)).status).toBe(404);
    const { body } = await call('GET', '/setting-changes?limit=1');
    expect(body).toMatchObject([{ action: 'attribution-settings-changed', subject: '3' }]);
  });

  test('that are wrong are told all their faults', async () => {
    const { status, body } = await put({
      version: 'x',
      lookbackDays: 366,
      halfLifeDays: 0,
      positionWeights: [0.5, 0.5, 0.5],
      reportingTimezone: 'Mars/Olympus',
    });
    const { invalidFields } = body as { invalidFields: readonly { field: string }[] };
    const fields = ['version', ...Object.keys(defaultAttributionSettings)];
    expect([status, invalidFields.map(({ field }) => field).toSorted()]).toEqual([422, fields.toSorted()]);
    for (const lookbackDays of [0, 1.5, '30']) expect((await put({ lookbackDays })).status).toBe(422);
  });

  test.each([
    [[0.1, 0.2, 0.7000000000001], 422],
    [[0.1, 0.2, 0.70000000001], 422],
    [[0.1, 0.2, 0.7000001], 422],
    [[1e-7, 0.2, 0.7999999], 422],
    [[0.1 + 0.2, 0.3, 0.4], 422],
    [[0.3, 0.1, 0.600001], 422],
    [[-0.1, 0.4, 0.7], 422],
    [[1.5, 0, -0.5], 422],
    [['0.1', 0.2, 0.7], 422],
    [[0.5, 0.5], 422],
    [[0.3, 0.1, 0.6], 200],
    [[0.000001, 0.333333, 0.666666], 200],
    [[0, 1, 0], 200],
  ])('give positions the weights %j only where six decimals say them', async (positionWeights, status) => {
    const answer = await put({ positionWeights });
    expect(answer.status).toBe(status);
    if (status === 422) {
      expect(answer.body).toMatchObject({ invalidFields: [{ field: 'positionWeights' }] });
    } else expect(await read()).toMatchObject({ positionWeights });
  });

  test('take the permissions of settings, and jobs that of reports', async () => {
    const made = await call('POST', '/api-keys', { body: { type: 'secret', acl: ['settings:read'] } });
    const { secretKey } = made.body as { secretKey: string };
    expect((await call('GET', path, { key: secretKey })).status).toBe(200);
    expect((await call('PUT', path, { key: secretKey, body: {} })).status).toBe(403);
    expect((await call('GET', '/jobs', { key: secretKey })).status).toBe(403);
    expect((await call('GET', '/jobs/job_unknown')).status).toBe(404);
  });
});
