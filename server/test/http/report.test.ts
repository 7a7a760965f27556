import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openStore } from '../../src/open-store.ts';
import type { Store } from '../../src/storage/store.ts';
import { MoneyWorld } from '../support/money-world.ts';
import { type Answer, startTestService, type TestService, testOrganizationId } from '../support/service.ts';
import { StoreRoom } from '../support/store-room.ts';

interface Problem {
  readonly invalidFields: readonly { readonly field: string; readonly message: string }[];
}

interface Row {
  readonly values: Readonly<Record<string, string | null>>;
  readonly unattributed?: true;
  readonly other?: true;
  readonly customers?: number;
  readonly interval?: string;
  readonly credits: Readonly<Record<string, Readonly<Record<string, string | number>>>>;
  readonly _links: readonly { readonly rel: string; readonly href: string }[];
}

interface Report {
  readonly currency: string | null;
  readonly periodStart: string;
  readonly periodEnd: string;
  readonly timezone: string;
  readonly rows: readonly Row[];
  readonly totals: { readonly credits: Row['credits'] };
}

const march = 'periodStart=2026-03-01&periodEnd=2026-04-01';

describe('reports over HTTP', () => {
  let service: TestService;
  let store: Store;

  beforeAll(async () => {
    service = await startTestService();
    const config = readConfig({ DATABASE_URL: service.databaseUrl });
    store = await openStore(
      config,
      'command',
      () => {},
      () => {},
    );
    const room = StoreRoom.of(() => store, testOrganizationId);
    const world = new MoneyWorld(room, () => 0.5);
    const day = (number: number) => Date.UTC(2026, 2, number);
    await world.touch('a', { source: '=HYPERLINK("http://x")', medium: 'cpc', affiliate: '+ann' }, day(2));
    await world.touch('a', { medium: 'email' }, day(4));
    await world.touch('a', {}, day(5));
    const conversion = await world.convert('a', 10_001, day(6));
    await world.refund(conversion, 1, day(7));
    await world.convert('b', 500, day(8));
  });
  afterAll(async () => {
    await store[Symbol.asyncDispose]();
    await service[Symbol.asyncDispose]();
  });

  const get = (path: string, accept?: string): Promise<Answer> =>
    service.call('GET', path, accept === undefined ? {} : { headers: { accept } });
  const report = async (query: string) =>
    (await get(`/reports/attribution?${march}&${query}`)).body as Report;

  test('show every model side by side, with what is unattributed and with totals', async () => {
    const answer = await report('dimension=source');
    expect(answer).toMatchObject({
      dimensions: ['source'],
      currency: 'EUR',
      periodStart: '2026-03-01T00:00:00.000Z',
      periodEnd: '2026-04-01T00:00:00.000Z',
      timezone: 'UTC',
      settingsVersion: 1,
      channelRulesVersion: 1,
    });
    const [formula, none, unattributed] = answer.rows;
    expect(none?.values).toEqual({ source: null });
    expect(formula?.values).toEqual({ source: '=HYPERLINK("http://x")' });
    expect(unattributed).toMatchObject({ values: { source: null }, unattributed: true });
    expect(formula?.credits['linear']).toEqual({
      conversions: 0.333333333333,
      newCustomers: 0.333333333333,
      revenue: '33.33',
      refunds: '0.00',
      net: '33.33',
    });
    expect(formula?.credits['first']).toMatchObject({ conversions: 1, revenue: '100.01', net: '100.00' });
    for (const credit of Object.values(answer.totals.credits)) {
      expect(credit).toEqual({
        conversions: 2,
        newCustomers: 2,
        revenue: '105.01',
        refunds: '0.01',
        net: '105.00',
      });
    }
    expect(Object.keys(answer.totals.credits)).toHaveLength(6);
  });

  test.each(['source', 'channel', 'affiliate,medium'])(
    'open the conversions of each row by %s',
    async (by) => {
      const { rows } = await report(`dimension=${by}`);
      expect(rows.length).toBeGreaterThan(1);
      for (const { unattributed, _links } of rows) {
        const { pathname, search } = new URL(_links.find(({ rel }) => rel === 'conversions')?.href ?? '');
        const { status, body } = await get(`${pathname}${search}`);
        expect(status).toBe(200);
        expect(body).toMatchObject([{ amount: unattributed ? '5.00' : '100.01' }]);
      }
    },
  );

  test('open nothing where no credit is of such a touch, and refuse what cannot be asked', async () => {
    expect((await get('/conversions?credited=source:nowhere')).body).toEqual([]);
    const refused = await get('/conversions?credited=colour:red&limit=-1');
    expect(refused.status).toBe(422);
    expect((refused.body as Problem).invalidFields.map(({ field }) => field).toSorted()).toEqual([
      'credited',
      'limit',
    ]);
  });

  test('fold, cut and count as asked', async () => {
    const folded = await report(
      'dimension=medium,source&limit=1&models=first,linear&customers=true&interval=month',
    );
    expect(folded.rows.map(({ other, unattributed }) => [other, unattributed])).toEqual([
      [undefined, undefined],
      [true, undefined],
      [undefined, true],
    ]);
    expect(folded.rows.every(({ interval }) => interval === '2026-03-01')).toBe(true);
    expect(folded.rows.map(({ customers }) => customers)).toEqual([1, 1, 1]);
    expect(folded.rows.every(({ credits }) => Object.keys(credits).join() === 'first,linear')).toBe(true);
  });

  test('are tables for a spreadsheet that takes nothing in them for a formula', async () => {
    const { headers, body } = await get(
      `/reports/attribution?${march}&dimension=source&models=linear`,
      'text/csv',
    );
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(String(body).split('\r\n')).toEqual([
      'source,currency,spend,model,conversions,newCustomers,revenue,refunds,net,cac,roas',
      '(none),EUR,0.00,linear,0.666666666667,0.666666666667,66.68,0.01,66.67,,',
      `"'=HYPERLINK(""http://x"")",EUR,0.00,linear,0.333333333333,0.333333333333,33.33,0.00,33.33,,`,
      '(unattributed),EUR,0.00,linear,1,1,5.00,0.00,5.00,,',
      '',
    ]);
  });

  test('are lines of JSON where these are asked for, and JSON where nothing is', async () => {
    const lines = await get(`/reports/attribution?${march}&dimension=source`, 'application/x-ndjson');
    const document = await get(`/reports/attribution?${march}&dimension=source`);
    expect(lines.body).toEqual((document.body as Report).rows);
    const either = await get(`/reports/attribution?${march}`, 'text/csv;q=0.5, application/json');
    expect(either.headers.get('content-type')).toContain('application/json');
    for (const accept of ['*/*;q=0.2, text/csv;q=0.5, application/json;q=0.3', '*/*, text/csv']) {
      const table = await get(`/reports/attribution?${march}`, accept);
      expect([accept, table.headers.get('content-type')]).toEqual([accept, 'text/csv; charset=utf-8']);
    }
  });

  test('explain each credit of a conversion', async () => {
    const { body } = await get('/conversions/v0/attribution');
    const { journey, ...about } = body as {
      journey: readonly { credits: Row['credits']; medium: string | null }[];
    };
    expect(about).toMatchObject({
      conversionId: 'v0',
      lookbackDays: 90,
      unattributed: false,
      settingsVersion: 1,
    });
    expect(journey.map(({ medium }) => medium)).toEqual(['cpc', 'email', null]);
    expect(journey.map(({ credits }) => credits['linear']?.['amount'])).toEqual(['33.33', '33.34', '33.34']);
    expect(journey[1]?.credits['last-non-direct']).toEqual({
      weight: 1,
      amount: '100.01',
      reason: 'The latest touch that is not direct takes all.',
    });
    expect(Object.keys(journey[0] ?? {})).not.toContain('position');
    expect((await get('/conversions/v1/attribution')).body).toMatchObject({
      unattributed: true,
      reason: 'No touch of the customer is known in the 90 days before the conversion.',
      journey: [],
    });
    expect((await get('/conversions/none/attribution')).status).toBe(404);
  });

  test('tell the most frequent paths', async () => {
    const { body } = await get(`/reports/journeys?${march}&dimension=medium`);
    expect(body).toMatchObject({
      rows: [
        {
          path: ['cpc', 'email', null],
          conversions: 1,
          revenue: '100.01',
          touchesToConvert: 3,
          secondsToConvert: 345_600,
        },
        { path: [], unattributed: true, conversions: 1 },
      ],
      totals: { conversions: 2, customers: 2, touchesToConvert: 3, secondsToConvert: 345_600 },
    });
    const csv = await get(`/reports/journeys?${march}&dimension=medium`, 'text/csv');
    expect(String(csv.body)).toContain('cpc > email > (none),1,EUR,1,100.01,0.01,100.00,3,345600');
    const folded = await get(`/reports/journeys?${march}&dimension=medium&limit=0`, 'text/csv');
    expect(String(folded.body).split('\r\n').slice(1)).toEqual([
      '(other),,EUR,1,100.01,0.01,100.00,3,345600',
      '(unattributed),1,EUR,1,5.00,0.00,5.00,0,0',
      '',
    ]);
  });

  test('tell the rest of the paths, without customers that cannot be counted', async () => {
    const { body } = await get(`/reports/journeys?${march}&dimension=medium&limit=0`);
    const measures = { conversions: 1, touchesToConvert: 3, secondsToConvert: 345_600 };
    expect((body as Report).rows).toEqual([
      { path: [], other: true, ...measures, revenue: '100.01', refunds: '0.01', net: '100.00' },
      expect.objectContaining({ unattributed: true, customers: 1 }),
    ]);
  });

  test.each([
    [
      `/reports/attribution?${march}`,
      ['dimension', 'models', 'timezone', 'currency', 'interval', 'dateBasis'],
    ],
    [`/reports/journeys?${march}`, ['dimension', 'timezone', 'currency']],
    [`/reports/affiliates?${march}`, ['timezone', 'model']],
    ['/experimental/reports/transactions?', ['aggregationField', 'periodStart', 'periodEnd', 'filter']],
    ['/experimental/reports/retention-value?', ['aggregationPeriod', 'includeRefunds']],
  ])('%s takes what is empty for absent', async (path, members) => {
    const empty = new URLSearchParams(members.map((member) => [member, '']));
    const absent = await get(path);
    expect([absent.status, (await get(`${path}&${empty}`)).body]).toEqual([200, absent.body]);
  });

  test('state what affiliates earned, and freeze it', async () => {
    const open = await get('/reports/affiliates?periodStart=2026-03-01&periodEnd=2026-04-01&model=first');
    expect(open.body).toMatchObject({
      rows: [
        { affiliate: '+ann', currency: 'EUR', touches: 1, customers: 1, gross: '100.01', net: '100.00' },
      ],
      totals: [{ currency: 'EUR', net: '100.00' }],
    });
    const body = { periodStart: '2026-03-01', periodEnd: '2026-04-01', model: 'first' };
    const headers = { 'Idempotency-Key': 'march' };
    const closed = await service.call('POST', '/affiliate-periods', { body, headers });
    expect(closed.status).toBe(201);
    const repeated = await service.call('POST', '/affiliate-periods', { body, headers });
    expect([repeated.status, repeated.body]).toEqual([201, closed.body]);
    const id = String((closed.body as { id: string }).id);
    expect((await get(`/affiliate-periods/${id}`)).body).toEqual(closed.body);
    const listed = await get('/affiliate-periods');
    expect(listed.body).toMatchObject([{ id, model: 'first' }]);
    expect(listed.headers.get('pagination-total')).toBe('1');
    expect((await get('/affiliate-periods?offset=1')).body).toEqual([]);
    expect((await get('/affiliate-periods?limit=-1')).status).toBe(422);
    const csv = await get(`/affiliate-periods/${id}`, 'text/csv');
    expect(String(csv.body)).toContain("'+ann,(none),(none),EUR,1,1,1,100.01,0.01,100.00,,");
    expect((await get('/affiliate-periods/none')).status).toBe(404);
    const again = await service.call('POST', '/affiliate-periods', { body });
    expect((again.body as Problem).invalidFields.map(({ field }) => field)).toEqual(['periodStart']);
  });

  test.each([
    ['dimension=colour', ['dimension']],
    ['dimension=source,medium,term', ['dimension']],
    ['dimension=source,source', ['dimension']],
    ['dimension=source,colour', ['dimension']],
    ['models=best', ['models']],
    ['models=first,best', ['models']],
    ['models=first,first', ['models']],
    ['timezone=Mars/Olympus', ['timezone']],
    ['timezone=%2B02:00', ['timezone']],
    ['currency=XXX', ['currency']],
    ['interval=year', ['interval']],
    ['dateBasis=today', ['dateBasis']],
    ['customers=maybe', ['customers']],
    ['limit=-1', ['limit']],
    ['filter=colour:red', ['filter']],
    ['dimension=colour&models=best&timezone=x&currency=y', ['dimension', 'models', 'timezone', 'currency']],
  ])('refuse %s', async (query, fields) => {
    const { status, body } = await get(`/reports/attribution?${march}&${query}`);
    expect(status).toBe(422);
    expect((body as Problem).invalidFields.map(({ field }) => field)).toEqual(fields);
  });

  test.each([
    ['', ['periodStart', 'periodEnd']],
    ['periodStart=2026-02-30&periodEnd=2026-03-01', ['periodStart']],
    ['periodStart=2026-03-02&periodEnd=2026-03-01', ['periodEnd']],
    ['periodStart=2026-03-01&periodEnd=2026-03-01', ['periodEnd']],
    ['periodStart=2011-12-31&periodEnd=2011-12-30&timezone=Pacific/Apia', ['periodEnd']],
    ['periodStart=2011-12-30&periodEnd=2011-12-30&timezone=Pacific/Apia', ['periodEnd']],
    ['periodStart=2020-01-01&periodEnd=2026-01-01&interval=day', ['interval']],
  ])('refuse the period %s', async (query, fields) => {
    const { status, body } = await get(`/reports/attribution?${query}`);
    expect(status).toBe(422);
    expect((body as Problem).invalidFields.map(({ field }) => field)).toEqual(fields);
  });

  test('begin days where the clocks of the zone do', async () => {
    const { body } = await get(
      '/reports/attribution?periodStart=2026-03-29&periodEnd=2026-03-30&timezone=europe/berlin',
    );
    expect(body).toMatchObject({
      periodStart: '2026-03-28T23:00:00.000Z',
      periodEnd: '2026-03-29T22:00:00.000Z',
      timezone: 'Europe/Berlin',
    });
  });

  test('ask for a currency where there are several, of which the one used most comes first', async () => {
    const world = new MoneyWorld(
      StoreRoom.of(() => store, testOrganizationId),
      () => 0.5,
    );
    for (const conversion of ['v0', 'v1']) world.conversions.push({ id: conversion } as never);
    await world.convert('c', 1000, Date.UTC(2026, 2, 9), 'JPY');
    await world.convert('c', 2000, Date.UTC(2026, 3, 9), 'JPY');
    await world.convert('c', 3000, Date.UTC(2026, 3, 9), 'DKK');
    const { status, body } = await get(`/reports/attribution?${march}`);
    expect(status).toBe(422);
    expect((body as Problem).invalidFields[0]?.message).toContain('EUR, JPY, DKK');
    const { rows } = await report('currency=JPY&models=last');
    expect(rows.map(({ credits }) => credits['last']?.['revenue'])).toEqual(['1000']);
    const { body: paths } = await get(`/reports/journeys?${march}&currency=JPY`);
    expect(paths).toMatchObject({ currency: 'JPY', totals: { revenue: '1000', net: '1000' } });
  });

  test('state what changed of closed periods, each currency by itself', async () => {
    const post = (path: string, body: object) => service.call('POST', path, { body });
    const touch = (customerId: string, date: string, facts: object) =>
      post(`/customers/${customerId}/lead-sources`, { occurredTime: `${date}T00:00:00Z`, ...facts });
    const convert = (id: string, amount: string, currency: string) =>
      post('/conversions', { id, customerId: id, amount, currency, occurredTime: '2026-07-04T00:00:00Z' });
    for (const day of ['01', '02', '03']) await touch('in-yen', `2026-07-${day}`, { affiliate: day });
    await touch('in-euro', '2026-07-02', { affiliate: '04' });
    await convert('in-yen', '100', 'JPY');
    await convert('in-euro', '5.00', 'EUR');
    // From the end of the period that was closed before.
    const more = { periodStart: '2026-04-01', periodEnd: '2026-08-01', model: 'linear' };
    const { body: closed } = await post('/affiliate-periods', more);
    expect(closed).toMatchObject({
      rows: [
        { affiliate: '01', conversions: 0.333333333333, gross: '33' },
        { affiliate: '02', gross: '33' },
        { affiliate: '03', gross: '34' },
        { affiliate: '04', conversions: 1, gross: '5.00' },
      ],
      totals: [
        { currency: 'EUR', gross: '5.00' },
        { currency: 'JPY', gross: '100' },
      ],
    });
    const { id } = closed as { id: string };
    const listed = await get('/affiliate-periods?limit=1&offset=1');
    expect([listed.body, listed.headers.get('pagination-total')]).toMatchObject([[{ id }], '2']);
    await touch('in-euro', '2026-07-01', { affiliate: '05' });
    await post('/conversions/in-euro/refunds', { amount: '1.00', occurredTime: '2026-07-05T00:00:00Z' });
    const august = '/reports/affiliates?periodStart=2026-08-01&periodEnd=2026-09-01&model=linear';
    const { body: changed } = await get(august);
    const causes = ['late-touch', 'refund'];
    expect((changed as Report).rows).toEqual([
      expect.objectContaining({ affiliate: '04', conversions: -0.5, adjusts: id, causes }),
      expect.objectContaining({ affiliate: '05', conversions: 0.5, adjusts: id, causes }),
    ]);
    expect((await get('/conversions/in-yen/attribution')).body).toMatchObject({ amount: '100' });
    const lines = String((await get(august, 'text/csv')).body).split('\r\n');
    expect(lines[1]).toBe(`04,(none),(none),EUR,,,-0.5,-2.50,0.50,-3.00,${id},late-touch refund`);
  });

  test('tell means to three decimals', async () => {
    const world = new MoneyWorld(
      StoreRoom.of(() => store, testOrganizationId),
      () => 0.5,
    );
    world.conversions.push(...(Array(5).fill({ id: 'earlier' }) as never[]));
    const start = Date.UTC(2026, 4, 1);
    for (const [place, media] of [['cpc'], ['cpc'], ['cpc', 'email']].entries()) {
      for (const medium of media) await world.touch(`m${place}`, { medium }, start);
      await world.convert(`m${place}`, 100, start + 500 * (place + 1) + place);
    }
    const may = 'periodStart=2026-05-01&periodEnd=2026-06-01&currency=EUR';
    const { body } = await get(`/reports/journeys?${may}`);
    expect(body).toMatchObject({ totals: { touchesToConvert: 1.333, secondsToConvert: 1.001 } });
  });
});
