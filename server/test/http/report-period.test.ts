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
    const both = await get(`${path}${new URLSearchParams({ ...early, periodEnd: '0000-01-01' })}`);
    expect([both.status, both.body]).toMatchObject([
      422,
      {
        invalidFields: [
          { field: 'periodStart', message },
          { field: 'periodEnd', message },
        ],
      },
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
