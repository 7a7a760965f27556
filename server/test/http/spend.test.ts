import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
});
afterAll(() => service[Symbol.asyncDispose]());

const put = (body: unknown) => service.call('PUT', '/spend', { body });
const row = { date: '2026-11-20', medium: 'cpc', source: 'google', amount: '120.50', currency: 'EUR' };

async function amounts(filter: string): Promise<unknown> {
  const { status, body } = await service.call('GET', `/spend?sort=date&filter=${filter}`);
  expect(status).toBe(200);
  return (body as readonly { amount: string }[]).map(({ amount }) => amount);
}

describe('/spend', () => {
  test('keeps a row, and in its place one of the same day, dimensions and currency', async () => {
    const first = await put(row);
    const document = {
      ...row,
      channel: null,
      campaign: null,
      updatedTime: new Date(clock.now()).toISOString(),
    };
    expect([first.status, first.body]).toMatchObject([200, [document]]);
    expect((await put([row, { ...row, campaign: null, amount: 99 }])).body).toMatchObject([
      { amount: '99.00' },
    ]);
    const { body, headers } = await service.call('GET', '/spend?filter=date:2026-11-20');
    expect(body).toMatchObject([{ ...document, amount: '99.00' }]);
    expect(headers.get('pagination-total')).toBe('1');
  });

  test('lists by days and dimensions', async () => {
    const others = [
      { ...row, date: '2026-10-01', amount: 1 },
      { ...row, date: '2026-10-02', amount: 2 },
      { ...row, date: '2026-10-02', amount: 300, currency: 'JPY' },
      { ...row, date: '2026-10-03', source: null, channel: 'Paid Search', amount: 3 },
    ];
    expect((await put(others)).status).toBe(200);
    expect(await amounts('date:..2026-10-02;currency:EUR')).toEqual(['1.00', '2.00']);
    expect(await amounts('date:2026-10-02;currency:JPY')).toEqual(['300']);
    expect(await amounts('date:2026-10-01..2026-10-03;source:null')).toEqual(['3.00']);
  });

  test('tells the faults of all rows at once, and keeps none of them', async () => {
    const faulty = [
      { ...row, date: '2026-09-01' },
      { date: '2026-02-30', medium: 1, amount: '1.001', currency: 'EUR' },
      { currency: 'XXZ' },
      7,
    ];
    const { status, body } = await put(faulty);
    const { invalidFields } = body as { invalidFields: readonly { field: string }[] };
    expect([status, invalidFields.map(({ field }) => field).toSorted()]).toEqual([
      422,
      ['1.amount', '1.date', '1.medium', '2.amount', '2.currency', '2.date', '3'],
    ]);
    expect(await amounts('date:2026-09-01')).toEqual([]);
    expect((await put('"x"')).status).toBe(422);
    expect((await put({ ...row, amount: -1 })).status).toBe(422);
  });
});
