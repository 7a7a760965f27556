import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { errorOf, officialExperimentalClient } from '../support/official-client.ts';
import { startTestService, type TestService, testOrganizationId } from '../support/service.ts';

const clock = testClock();
let service: TestService;
let client: ReturnType<typeof officialExperimentalClient>;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
  client = officialExperimentalClient(service);
  await earn();
});
afterAll(() => service[Symbol.asyncDispose]());

const today = new Date(clock.now());
/** A day of a month, so many months before that of the clock. */
const at = (monthsAgo: number, day: number) =>
  new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - monthsAgo, day)).toISOString();
const since = { periodStart: at(2, 1), periodEnd: at(-1, 1) };

async function post(path: string, body: object): Promise<void> {
  const { status } = await service.call('POST', path, { body });
  expect(status).toBe(201);
}

/** Two by ads, one by nobody knows what, each first two months ago; a fourth by mail, a month ago. */
async function earn(): Promise<void> {
  const buys = (id: string, customerId: string, amount: string, occurredTime: string) =>
    post('/conversions', { id, customerId, amount, currency: 'EUR', occurredTime });
  for (const id of ['a', 'b']) {
    await post(`/customers/${id}/lead-sources`, { source: 'ad', medium: 'cpc', occurredTime: at(2, 1) });
  }
  await post('/customers/d/lead-sources', { source: 'mail', occurredTime: at(1, 1) });
  await buys('a1', 'a', '10.00', at(2, 2));
  await buys('b1', 'b', '20.00', at(2, 3));
  await buys('a2', 'a', '4.00', at(1, 2));
  await buys('c1', 'c', '7.00', at(2, 4));
  await buys('d1', 'd', '5.00', at(1, 5));
  await post('/conversions/a1/refunds', { amount: '1.00', occurredTime: at(1, 6) });
}

interface AttributionRow {
  readonly values: { readonly source: string | null };
  readonly credits: { readonly 'last-non-direct': Readonly<Record<string, string | number>> };
}

describe('the client reads the report of transactions', () => {
  test('by a member of the lead source, with the sums of the report of attribution', async () => {
    const { fields } = await client.reports.getTransactions({
      ...since,
      aggregationField: 'leadSource.source',
    });
    expect(fields.data).toEqual([
      {
        aggregationFieldValue: 'ad',
        salesCount: 3,
        salesValue: 34,
        salesAverage: 11.33,
        refundsValue: 1,
        amount: 33,
      },
      expect.objectContaining({ aggregationFieldValue: 'mail', salesCount: 1, salesValue: 5 }),
      expect.objectContaining({ aggregationFieldValue: null, salesCount: 1, amount: 7 }),
    ]);
    const query = new URLSearchParams({ ...since, dimension: 'source', models: 'last-non-direct' });
    const { body } = await service.call('GET', `/reports/attribution?${query}&dateBasis=refund`);
    const { rows } = body as { rows: AttributionRow[] };
    const asked = rows.map(({ values, credits }) => {
      const { conversions, revenue, refunds, net } = credits['last-non-direct'];
      return [values.source, conversions, Number(revenue), Number(refunds), Number(net)];
    });
    const told = (fields.data ?? []).map((row) => [
      row.aggregationFieldValue,
      row.salesCount,
      row.salesValue,
      row.refundsValue,
      row.amount,
    ]);
    expect(told).toEqual(asked);
  });

  test('of one month, by another member, for a named organization, a page at a time', async () => {
    const named = officialExperimentalClient(service, { organizationId: testOrganizationId });
    const month = { periodStart: at(1, 1), periodEnd: at(0, 1), limit: 1 };
    const ask = (offset: number) =>
      named.reports.getTransactions({ ...month, offset, aggregationField: 'leadSource.medium' });
    const [first, second, third] = [await ask(0), await ask(1), await ask(2)];
    expect(first.fields.data).toMatchObject([{ aggregationFieldValue: null, salesCount: 1, salesValue: 5 }]);
    // What is given back counts when it is.
    expect(second.fields.data).toMatchObject([
      { aggregationFieldValue: 'cpc', salesValue: 4, refundsValue: 1 },
    ]);
    expect(third.fields.data).toEqual([]);
  });

  test('of a period in which something was given back alone', async () => {
    const { fields } = await client.reports.getTransactions({ periodStart: at(1, 6), periodEnd: at(0, 1) });
    expect(fields.data).toEqual([
      expect.objectContaining({ salesCount: 0, salesAverage: 0, refundsValue: 1, amount: -1 }),
    ]);
  });

  test('of the current month where no period is given', async () => {
    expect((await client.reports.getTransactions({})).fields.data).toEqual([]);
  });
});

describe('the client reads the report of retention value', () => {
  test('not by criteria, which it offers but nothing here heeds', async () => {
    const error = await errorOf(client.reports.getRetentionValue({ ...since, criteria: 'source:ad' }));
    expect(error.invalidFields).toMatchObject([{ field: 'criteria' }]);
  });

  test('by the lead source that customers came by first', async () => {
    const { fields } = await client.reports.getRetentionValue({
      ...since,
      aggregationField: 'leadsSource',
      aggregationPeriod: 'month',
    });
    const byAd = fields.data?.find(({ aggregationValue }) => aggregationValue === 'ad');
    expect(byAd?.customersCount).toBe(2);
    expect(byAd?.periods?.slice(0, 3)).toEqual([
      { period: 0, retentionAverage: 14.5, transactionsCount: 2, transactionsValue: 29 },
      { period: 1, retentionAverage: 16.5, transactionsCount: 1, transactionsValue: 4 },
      { period: 2, retentionAverage: 16.5, transactionsCount: 0, transactionsValue: 0 },
    ]);
    const byMail = fields.data?.find(({ aggregationValue }) => aggregationValue === 'mail');
    expect(byMail?.periods?.[0]).toMatchObject({ transactionsValue: 5, retentionAverage: 5 });
    const counts = fields.data?.map((row) => [row.aggregationValue, row.customersCount]);
    expect(counts).toHaveLength(3);
    expect(counts).toContainEqual([null, 1]);
  });

  test('without taking refunds off, by years', async () => {
    const { fields } = await client.reports.getRetentionValue({
      ...since,
      aggregationPeriod: 'year',
      includeRefunds: 'false',
    });
    const values = (fields.data ?? []).flatMap(({ periods = [] }) =>
      periods.map(({ transactionsValue }) => transactionsValue ?? 0),
    );
    expect(values.reduce((sum, each) => sum + each, 0)).toBe(46);
  });

  test('only of customers who paid first in the period', async () => {
    const { fields } = await client.reports.getRetentionValue({ periodStart: at(1, 1), periodEnd: at(0, 1) });
    expect(fields.data).toMatchObject([{ aggregationValue: 'mail', customersCount: 1 }]);
  });
});

test.each([
  ['JPY', 'one customer', { a: ['999999999999999', '2872484'] }, 500_000_001_436_242, 1_000_000_002_872_483],
  ['JPY', 'two customers', { a: ['999999999999999'], b: ['2'] }, 500_000_000_000_001, 500_000_000_000_001],
  ['KWD', 'three customers', { a: ['0.002'], b: ['0.002'], c: ['0.001'] }, 0.002, 0.002],
  ['EUR', 'two customers', { a: ['1.00', '1.00'], b: ['0.01'] }, 0.67, 1.01],
])('averages in %s of %s are amounts', async (currency, _whose, paid, salesAverage, retentionAverage) => {
  await using shop = await startTestService({}, clock.now);
  for (const [customerId, amounts] of Object.entries(paid)) {
    for (const [place, amount] of amounts.entries()) {
      const body = { id: customerId + place, customerId, amount, currency, occurredTime: at(1, 1) };
      expect((await shop.call('POST', '/conversions', { body })).status).toBe(201);
    }
  }
  const { reports } = officialExperimentalClient(shop);
  const month = { periodStart: at(1, 1), periodEnd: at(0, 1) };
  expect((await reports.getTransactions(month)).fields.data).toMatchObject([{ salesAverage }]);
  const [row] = (await reports.getRetentionValue(month)).fields.data ?? [];
  expect(row?.periods?.[0]).toMatchObject({ retentionAverage });
});

test.each([
  ['aggregationField', 'aggregationField=bin'],
  ['aggregationField', 'aggregationField=leadSource.path'],
  ['aggregationPeriod', 'aggregationPeriod=decade'],
  ['includeRefunds', 'includeRefunds=1'],
  ['periodStart', 'periodStart=2026-13-01'],
  ['periodEnd', 'periodStart=2026-02-01&periodEnd=2026-01-01'],
  ['periodStart', 'periodStart=1900-01-01&aggregationPeriod=day'],
  ['periodEnd', `periodStart=${at(2, 1)}&periodEnd=2099-01-01&aggregationPeriod=day`],
  ['filter', 'filter=currency:euro'],
  ['filter', 'filter=currency:EUR,JPY'],
  ['filter', 'filter=currency:!EUR'],
  ['filter', 'filter=currency:EUR;currency:EUR'],
  ['filter', 'filter=country:AT'],
  ['limit', 'limit=-1'],
])('%s of ?%s is refused', async (field, query) => {
  const { status, body } = await service.call('GET', `/experimental/reports/retention-value?${query}`);
  expect([status, body]).toEqual([
    422,
    expect.objectContaining({ invalidFields: [expect.objectContaining({ field })] }),
  ]);
});

test.each(['transactions', 'retention-value'])('%s comes in pages that count all rows', async (report) => {
  const path = `/experimental/reports/${report}?${new URLSearchParams(since)}`;
  const dataOf = async (query: string) => {
    const { headers, body } = await service.call('GET', `${path}&${query}`);
    expect(headers.get('pagination-total')).toBe('3');
    return (body as { readonly data: readonly object[] }).data;
  };
  const pages = [await dataOf('limit=2'), await dataOf('limit=2&offset=2')];
  expect(pages.map(({ length }) => length)).toEqual([2, 1]);
  expect(pages.flat()).toEqual(await dataOf(''));
});

test.each(['leadSource.subAffiliate', 'leadsSubAffiliate', 'leadsSalesAgent'])(
  '%s is a member that customers can be grouped by',
  async (aggregationField) => {
    const query = new URLSearchParams({ ...since, aggregationField });
    const { body } = await service.call('GET', `/experimental/reports/retention-value?${query}`);
    expect(body).toMatchObject({ data: [{ aggregationValue: null, customersCount: 4 }] });
  },
);

test.each(['transactions', 'retention-value'])(
  'several currencies are refused in the filter of %s',
  async (report) => {
    await using shop = await startTestService({}, clock.now);
    for (const currency of ['EUR', 'JPY']) {
      const body = { customerId: 'a', amount: '1', currency, occurredTime: at(0, 1) };
      expect((await shop.call('POST', '/conversions', { body })).status).toBe(201);
    }
    const { status, body } = await shop.call('GET', `/experimental/reports/${report}`);
    expect([status, body]).toEqual([
      422,
      expect.objectContaining({
        invalidFields: [{ field: 'filter', message: expect.stringContaining('several: EUR, JPY') }],
      }),
    ]);
    const named = await shop.call('GET', `/experimental/reports/${report}?filter=currency:JPY`);
    expect(named.status).toBe(200);
  },
);

test('who may not read reports is refused, and another organization is not found', async () => {
  const made = await service.call('POST', '/api-keys', { body: { type: 'secret', acl: ['customers:read'] } });
  const apiKey = (made.body as { secretKey: string }).secretKey;
  const error = await errorOf(officialExperimentalClient(service, { apiKey }).reports.getTransactions({}));
  expect(error.status).toBe(403);
  const other = officialExperimentalClient(service, { organizationId: 'org_other' });
  expect((await errorOf(other.reports.getRetentionValue({}))).status).toBe(404);
});
