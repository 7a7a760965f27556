import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

const get = (path: string) => service.call('GET', path);

/** What is asked for a period, each with what else it must be asked for. */
const periodic = [
  '/reports/attribution?',
  '/reports/journeys?',
  '/reports/affiliates?',
  '/conversions?',
  '/exports/offline-conversions?platform=google-ads&conversionName=Sale&',
];

describe('the edges of a period', () => {
  const early = { periodStart: '0000-01-01', periodEnd: '2026-01-01', timezone: 'Pacific/Apia' };
  const message = 'must be in the years 0000 to 9999, by UTC too';

  test.each(periodic)('of %s that no time could be written for are refused', async (path) => {
    const start = await get(`${path}${new URLSearchParams(early)}`);
    expect([start.status, start.body]).toMatchObject([
      422,
      { invalidFields: [{ field: 'periodStart', message }] },
    ]);
  });

  test('are refused to a job, too', async () => {
    const { status, body } = await service.call('POST', '/jobs', {
      body: { type: 'data-driven', model: 'markov', ...early },
    });
    expect([status, body]).toMatchObject([422, { invalidFields: [{ field: 'periodStart', message }] }]);
  });

  test.each([
    ['0000-01-01', '9999-12-31', 'UTC', '0000-01-01T00:00:00.000Z', '9999-12-31T00:00:00.000Z'],
    ['0000-01-02', '9999-12-31', 'Pacific/Apia', '0000-01-01T11:26:56.000Z', '9999-12-30T11:00:00.000Z'],
    ['0000-01-01', '9999-12-31', 'Pacific/Honolulu', '0000-01-01T10:31:26.000Z', '9999-12-31T10:00:00.000Z'],
  ])('%s and %s in %s are told as times', async (periodStart, periodEnd, timezone, from, until) => {
    const query = new URLSearchParams({ periodStart, periodEnd, timezone });
    const { body } = await get(`/reports/attribution?${query}`);
    expect(body).toMatchObject({ periodStart: from, periodEnd: until });
  });
});

describe('a day that the zone left out', () => {
  const leftOut = { periodStart: '2011-12-30', periodEnd: '2011-12-31', timezone: 'Pacific/Apia' };
  const moment = '2011-12-30T10:00:00.000Z';
  const query = new URLSearchParams(leftOut);
  const post = (path: string, body: object) => service.call('POST', path, { body });

  /** One just before the day would have begun, one with the first moment after it. */
  beforeAll(async () => {
    for (const [id, occurredTime] of Object.entries({ before: '2011-12-30T09:59:59.999Z', after: moment })) {
      const touch = { source: 'ann', affiliate: 'ann', occurredTime };
      expect((await post(`/customers/${id}/lead-sources`, touch)).status).toBe(201);
      const conversion = { id, customerId: id, amount: '10.00', currency: 'EUR', occurredTime };
      expect((await post('/conversions', conversion)).status).toBe(201);
    }
  });

  test.each(periodic)('is empty by %s', async (path) => {
    const { status, body } = await get(`${path}${query}`);
    expect(status).toBe(200);
    if (path.startsWith('/reports')) {
      expect(body).toMatchObject({ periodStart: moment, periodEnd: moment, rows: [] });
    } else if (Array.isArray(body)) expect(body).toEqual([]);
  });

  test.each(['', '&interval=day', '&interval=week', '&interval=month'])(
    'has totals of nothing, with customers counted, by %j',
    async (more) => {
      const { body } = await get(
        `/reports/attribution?${query}&models=last&customers=true&dateBasis=refund${more}`,
      );
      expect(body).toMatchObject({
        rows: [],
        totals: { credits: { last: { conversions: 0, revenue: '0.00' } } },
      });
    },
  );

  test('is nothing between the days around it', async () => {
    const around = new URLSearchParams({ ...leftOut, periodStart: '2011-12-29', periodEnd: '2012-01-01' });
    const { body } = await get(`/reports/attribution?${around}&models=last&interval=day`);
    expect(body).toMatchObject({
      rows: [
        { interval: '2011-12-29', credits: { last: { conversions: 1 } } },
        { interval: '2011-12-31', credits: { last: { conversions: 1 } } },
      ],
    });
  });

  test('is no period that could be closed', async () => {
    const { status, body } = await post('/affiliate-periods', { ...leftOut, model: 'last' });
    expect([status, body]).toMatchObject([422, { invalidFields: [{ field: 'periodEnd' }] }]);
  });

  test('makes a period of moments no less empty, which is refused', async () => {
    const moments = new URLSearchParams({ periodStart: moment, periodEnd: moment });
    expect((await get(`/reports/attribution?${moments}`)).status).toBe(422);
  });

  test('is nothing to a job and to the published reports', async () => {
    const settings = await service.call('PUT', '/attribution-settings', {
      body: { reportingTimezone: leftOut.timezone },
    });
    const job = await post('/jobs', { type: 'data-driven', model: 'markov', ...leftOut });
    expect([settings.status, job.status]).toEqual([200, 202]);
    const { id } = job.body as { id: string };
    await expect
      .poll(async () => (await get(`/jobs/${id}`)).body)
      .toMatchObject({ status: 'completed', result: { conversions: 0 } });
    const days = new URLSearchParams({ periodStart: leftOut.periodStart, periodEnd: leftOut.periodEnd });
    for (const report of ['transactions', 'retention-value']) {
      await expect
        .poll(() => get(`/experimental/reports/${report}?${days}`))
        .toMatchObject({ status: 200, body: { data: [] } });
    }
  });
});
