import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';

const millisecondsPerDay = 86_400_000;
const campaigns = 60;
const days = 60;
const first = Date.UTC(2026, 0, 1);
const period = 'periodStart=2026-01-01&periodEnd=2026-03-02';
const asked = `/reports/attribution?${period}&dimension=campaign&interval=day&limit=1000`;

describe('a report of thousands of rows over HTTP', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startTestService();
    const touches = Array.from({ length: campaigns }, (_none, number) => ({
      customerId: 'c',
      occurredTime: new Date(first - number).toISOString(),
      campaign: `campaign ${number} "ü"`,
      affiliate: 'ann',
      clickId: `click ${number}`,
    }));
    const conversions = Array.from({ length: days }, (_none, day) => ({
      customerId: 'c',
      occurredTime: new Date(first + day * millisecondsPerDay).toISOString(),
      amount: '99.99',
      currency: 'EUR',
    }));
    await service.call('POST', '/lead-sources', { body: touches });
    await service.call('POST', '/conversions/bulk', { body: conversions });
  });
  afterAll(() => service[Symbol.asyncDispose]());

  const get = (path: string, accept: string): Promise<Response> =>
    fetch(service.url + path, { headers: { 'REB-APIKEY': service.secretKey, accept } });

  test('is whole and the same in every form', async () => {
    const json = await get(asked, 'application/json');
    expect(json.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(json.headers.get('vary')).toBe('Accept');
    const text = await json.text();
    const { rows, totals } = JSON.parse(text) as { rows: readonly object[]; totals: object };
    expect(rows).toHaveLength(campaigns * days);
    expect(totals).toMatchObject({ credits: { linear: { conversions: days, revenue: '5999.40' } } });
    expect(JSON.stringify(JSON.parse(text))).toBe(text);
    const lines = await get(asked, 'application/x-ndjson');
    expect(await lines.text()).toBe(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const table = await (await get(asked, 'text/csv')).text();
    expect(table.split('\r\n')).toHaveLength(1 + rows.length * 6 + 1);
    await service.call('GET', asked);
  });

  test('does not stop others if its reader goes away', async () => {
    const gone = await get(asked, 'application/json');
    await gone.body?.cancel();
    const { status } = await service.call('GET', `${asked}&models=last`);
    expect(status).toBe(200);
  });

  test('announces its length if it is short', async () => {
    const short = await get(`/reports/attribution?${period}&dimension=affiliate`, 'application/json');
    expect(short.headers.get('content-length')).toBe(String((await short.text()).length));
  });

  test('has no answer to HEAD but its head', async () => {
    const { status, headers } = await fetch(service.url + asked, {
      method: 'HEAD',
      headers: { 'REB-APIKEY': service.secretKey },
    });
    expect([status, headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  });
});
