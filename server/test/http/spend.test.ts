import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportColumns } from '../../src/domain/export.ts';
import { spendDimensions } from '../../src/domain/spend.ts';
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
    clock.advance(1000);
    const again = { amount: '99.00', updatedTime: new Date(clock.now()).toISOString() };
    expect((await put([row, { ...row, campaign: null, amount: 99 }])).body).toMatchObject([again]);
    const { body, headers } = await service.call('GET', '/spend?filter=date:2026-11-20');
    expect(body).toMatchObject([{ ...document, ...again }]);
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

  test('lists the latest day first where no order is asked for', async () => {
    await put(['2024-01-01', '2024-01-03', '2024-01-02'].map((date) => ({ ...row, date })));
    const { body } = await service.call('GET', '/spend?filter=date:2024-01-01..2024-01-31&limit=2');
    expect(body).toMatchObject([{ date: '2024-01-03' }, { date: '2024-01-02' }]);
  });

  test('keeps each dimension, and finds a row by it', async () => {
    const dimensions = Object.fromEntries(spendDimensions.map((dimension) => [dimension, `of ${dimension}`]));
    const told = { ...dimensions, date: '2024-02-01', amount: '1.00', currency: 'EUR' };
    expect(await put(told)).toMatchObject({ status: 200, body: [told] });
    for (const dimension of spendDimensions) {
      const filter = `${dimension}:of ${dimension}`;
      expect((await service.call('GET', `/spend?filter=${filter}`)).body).toMatchObject([told]);
    }
  });

  test('takes dimensions of up to 512 characters', async () => {
    const source = '\u6f22'.repeat(512);
    expect((await put({ ...row, source })).body).toMatchObject([{ source }]);
    expect(await put({ ...row, source: `${source}x` })).toMatchObject({
      status: 422,
      body: { invalidFields: [{ field: 'source' }] },
    });
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
    const rounded = JSON.stringify([row, { ...row, amount: 5 }]).replace(':5,', ':5.00000000000000001,');
    expect((await put(rounded)).body).toMatchObject({ invalidFields: [{ field: '1.amount' }] });
  });
});

function quoteAll(line: string): string {
  return line.replace(/(^|,)([^",]*)(?=,|$)/g, '$1"$2"');
}

describe('/spend as a table', () => {
  const csv = { 'Content-Type': 'text/csv; charset=utf-8' };
  const putTable = (body: string | Uint8Array, headers: Readonly<Record<string, string>> = csv) =>
    service.call('PUT', '/spend', { body, headers });
  const fieldsOf = (body: unknown) =>
    (body as { invalidFields: readonly { field: string }[] }).invalidFields.map(({ field }) => field);

  test('is kept like the same rows in JSON, in whatever order its columns are', async () => {
    const table =
      'currency,amount,source,medium,date\r\n' +
      'EUR,10.50,google,cpc,2026-08-01\r\n' +
      '\r\n' +
      'JPY,7,"a,""b""\r\nc",,2026-08-01\r\n';
    const { status, body } = await putTable(table);
    expect([status, body]).toMatchObject([
      200,
      [
        { date: '2026-08-01', medium: 'cpc', source: 'google', amount: '10.50', currency: 'EUR', term: null },
        { date: '2026-08-01', medium: null, source: 'a,"b"\r\nc', amount: '7', currency: 'JPY' },
      ],
    ]);
    const told = { date: '2026-08-01', medium: 'cpc', source: 'google', amount: 11, currency: 'EUR' };
    await put(told);
    expect(await amounts('date:2026-08-01;currency:EUR')).toEqual(['11.00']);
  });

  test.each([
    ['semicolons', 'date;amount;currency\n2026-07-01;1.5;EUR\n'],
    ['semicolons below an empty line', '\ndate;amount;currency\n2026-07-01;1.5;EUR\n'],
    ['tabs', 'date\tamount\tcurrency\n2026-07-01\t1.5\tEUR'],
    ['a byte order mark', '\uFEFFdate,amount,currency\r\n2026-07-01,1.5,EUR\r\n'],
    [
      'what GET shows of a row',
      'date,amount,currency,updatedTime\n2026-07-01,1.5,EUR,2026-01-01T00:00:00Z\n',
    ],
  ])('may be written as spreadsheets do, with %s', async (_, table) => {
    expect((await putTable(table)).body).toMatchObject([{ date: '2026-07-01', amount: '1.50' }]);
  });

  test.each([
    ['as it was written', (line: string) => line, ''],
    ['not by a program that quotes every cell', quoteAll, null],
  ])('of an export has empty texts in quotes, %s', async (_, written, source) => {
    const columns = exportColumns.spend.map(({ name }) => name);
    const lines = [columns.join(','), '2025-04-01,,,"",,"a""""b",,,,,1,EUR,'];
    const { status, body } = await putTable(lines.map(written).join('\r\n'));
    expect([status, body]).toMatchObject([200, [{ source, term: 'a""b', content: null }]]);
    const others = await putTable(`date,source,medium,amount,currency\n2025-04-01,"",'=x,1,EUR`);
    expect(others.body).toMatchObject([{ source: null, medium: "'=x" }]);
  });

  test('tells the faults of all lines at once, behind the number of each, and keeps none of them', async () => {
    const table =
      'date,source,amount,currency\n' +
      '2026-06-01,google,1,EUR\n' +
      '2026-02-30,google,1.001,EUR\n' +
      '2026-06-01,"two\nlines",-1,EUR\n' +
      '2026-06-01,google,1\n' +
      '2026-06-01,nul\u0000,0x10,XXZ\n' +
      ',,,\n' +
      '2026-06-01,google,1,EUR,more\n';
    const { status, body } = await putTable(table);
    expect([status, fieldsOf(body).toSorted()]).toEqual([
      422,
      [
        '3.amount',
        '3.date',
        '4.amount',
        '6',
        '7.amount',
        '7.currency',
        '7.source',
        '8.amount',
        '8.currency',
        '8.date',
        '9',
      ],
    ]);
    expect(await amounts('date:2026-06-01')).toEqual([]);
  });

  test('counts the lines of a cell by whatever ends them', async () => {
    const table = 'date,source,amount,currency\n2026-06-01,"a\nb\r\nc\rd",1,EUR\n2026-06-01,google,-1,EUR\n';
    expect(fieldsOf((await putTable(table)).body)).toEqual(['6.amount']);
  });

  test.each([
    ['', ['1.amount', '1.currency', '1.date']],
    ['date,amount\n2026-06-01,1', ['1.currency']],
    ['date,amount,currency,campain,date\n', ['1.campain', '1.date']],
    ['Date,amount,currency\n', ['1.Date', '1.date']],
    ['date,amount,currency,cam;paign\n', ['1.cam;paign']],
  ])('%j lacks, doubles or invents columns, and is refused as a whole', async (table, fields) => {
    const { status, body } = await putTable(table === '' ? '\n' : table);
    expect([status, fieldsOf(body).toSorted()]).toEqual([422, fields]);
  });

  test.each([
    ['a quote that nothing closes', 'date,amount,currency\n2026-06-01,1,"EUR\n', 400],
    ['text behind a quote', 'date,amount,currency\n2026-06-01,"1"0,EUR\n', 400],
    ['bytes that are not UTF-8', Buffer.from('date,amount,currency\n2026-06-01,1,\xe9', 'latin1'), 400],
    ['UTF-16', Buffer.from('\uFEFFdate,amount,currency\n', 'utf16le'), 400],
    ['more than a body may have', `date,amount,currency\n${'2026-06-01,1,EUR\n'.repeat(5000)}`, 413],
    ['nothing', '', 400],
  ])('with %s is refused', async (_, table, status) => {
    expect((await putTable(table)).status).toBe(status);
    expect(await amounts('date:2026-06-01')).toEqual([]);
  });

  test('is a table by its type alone, in UTF-8', async () => {
    const table = 'date,amount,currency\n2026-05-01,1,EUR\n';
    expect((await putTable(table, { 'Content-Type': 'Text/CSV;header=present' })).status).toBe(200);
    for (const type of ['text/csv; charset=latin1', 'text/plain', 'text/csv, application/json']) {
      expect((await putTable(table, { 'Content-Type': type })).status).toBe(415);
    }
    expect((await putTable(table, { 'Content-Type': 'application/json' })).status).toBe(400);
    expect((await putTable('[]', csv)).status).toBe(422);
    const elsewhere = await service.call('POST', '/conversions', { body: table, headers: csv });
    expect(elsewhere.status).toBe(415);
  });
});

describe('what was spent, in reports', () => {
  const day = (date: string) => `${date}T12:00:00Z`;
  const report = async (query: string, currency = 'EUR') => {
    const period = `periodStart=2026-03-01&periodEnd=2026-05-01&currency=${currency}&models=first,linear`;
    const { status, body } = await service.call('GET', `/reports/attribution?${period}&${query}`);
    expect(status).toBe(200);
    return body as Report;
  };
  interface Report {
    readonly rows: readonly (Figures & { readonly values: object; readonly interval?: string })[];
    readonly totals: Figures;
  }
  interface Figures {
    readonly spend?: string;
    readonly credits: Readonly<Record<string, { readonly cac?: string; readonly roas?: number }>>;
  }
  const figures = ({ spend, credits: { first, linear } }: Figures) => [
    spend,
    [first?.cac, first?.roas],
    [linear?.cac, linear?.roas],
  ];

  beforeAll(async () => {
    const touch = (customerId: string, date: string, facts: object) =>
      service.call('POST', `/customers/${customerId}/lead-sources`, {
        body: { occurredTime: day(date), ...facts },
      });
    await touch('s1', '2026-03-01', { medium: 'cpc', source: 'google' });
    await touch('s1', '2026-03-02', { medium: 'email', source: 'news' });
    await touch('s2', '2026-04-01', { medium: 'cpc', source: 'google' });
    for (const [customerId, date, amount] of [
      ['s1', '2026-03-03', '100.00'],
      ['s2', '2026-04-03', '60.00'],
      ['s2', '2026-04-04', '20.00'],
      ['s3', '2026-04-05', '5.00'],
    ] as const) {
      const body = { id: `spent-${date}`, customerId, occurredTime: day(date), amount, currency: 'EUR' };
      expect((await service.call('POST', '/conversions', { body })).status).toBe(201);
    }
    await service.call('POST', '/conversions/spent-2026-04-04/refunds', { body: { amount: '15.00' } });
    const { status } = await service.call('PUT', '/spend', {
      headers: { 'Content-Type': 'text/csv' },
      body:
        'date,channel,medium,source,amount,currency\n' +
        '2026-03-01,,cpc,google,30,EUR\n' +
        '2026-04-30,,cpc,google,12.10,EUR\n' +
        '2026-03-31,Display,,,9,EUR\n' +
        '2026-05-01,,cpc,google,1000,EUR\n' +
        '2026-03-01,,cpc,google,1000,USD\n',
    });
    expect(status).toBe(200);
  });

  test('stands beside what it earned: by customer won, and by unit of money', async () => {
    const { rows, totals } = await report('dimension=source');
    const bySource = rows.map((row) => [Object.values(row.values)[0], ...figures(row)]);
    // By first, google has 100 + 60 + 20 - 15 of three conversions, two of them the first of their customer.
    expect(bySource).toEqual([
      [
        'google',
        '42.10',
        ['21.05', Number((165 / 42.1).toPrecision(12))],
        ['28.07', Number((115 / 42.1).toPrecision(12))],
      ],
      [null, '9.00', [undefined, 0], [undefined, 0]],
      ['news', undefined, [undefined, undefined], [undefined, undefined]],
      [null, undefined, [undefined, undefined], [undefined, undefined]],
    ]);
    // 51.10 for three customers, who brought 170.
    expect(figures(totals)).toEqual([
      '51.10',
      ...Array(2).fill(['17.03', Number((170 / 51.1).toPrecision(12))]),
    ]);
  });

  test('is of the channel that it names, or that what it names has', async () => {
    const { rows } = await report('dimension=channel');
    const spent = rows.filter(({ spend }) => spend !== undefined);
    expect(spent.map(({ values, spend }) => [values, spend])).toEqual([
      [{ channel: 'Paid Search' }, '42.10'],
      [{ channel: 'Display' }, '9.00'],
    ]);
  });

  test('is of its day: within the period, and in its part of it', async () => {
    const { rows } = await report('dimension=source&interval=month');
    const spent = rows.filter(({ spend }) => spend !== undefined);
    expect(spent.map(({ interval, values, spend }) => [interval, values, spend])).toEqual([
      ['2026-03-01', { source: 'google' }, '30.00'],
      ['2026-03-01', { source: null }, '9.00'],
      ['2026-04-01', { source: 'google' }, '12.10'],
    ]);
  });

  test.each([
    ['2026-03-01T00:00:00Z', '2026-04-30T00:00:00Z', '30.00'],
    ['2026-03-01T00:00:00.001Z', '2026-04-30T00:00:00.001Z', '12.10'],
  ])('is of the days that begin from %s on, and before %s', async (periodStart, periodEnd, spend) => {
    const query = new URLSearchParams({ periodStart, periodEnd, dimension: 'source', currency: 'EUR' });
    const { body } = await service.call('GET', `/reports/attribution?${query}&filter=source:google`);
    expect(body).toMatchObject({ totals: { spend } });
  });

  test('is of the channel that it names, whatever else it names', async () => {
    const spent = { date: '2026-03-01', channel: 'Display', medium: 'cpc', source: 'google', amount: 5 };
    await put({ ...spent, currency: 'SEK' });
    const { rows } = await report('dimension=channel', 'SEK');
    expect(rows).toMatchObject([{ values: { channel: 'Display' }, spend: '5.00' }]);
  });

  test('is of no channel, click or page where it names nothing', async () => {
    const body = 'date,channel,amount,currency\n' + '2026-03-01,,3,GBP\n' + '2026-03-01,Display,4,GBP\n';
    await service.call('PUT', '/spend', { headers: { 'Content-Type': 'text/csv' }, body });
    const spentBy = async (query: string) =>
      (await report(`dimension=channel${query}`, 'GBP')).rows.map(({ values, spend }) => [values, spend]);
    expect(await spentBy('')).toEqual([
      [{ channel: 'Display' }, '4.00'],
      [{ channel: null }, '3.00'],
    ]);
    for (const field of ['clickId', 'path', 'referrer']) {
      expect(await spentBy(`&filter=${field}:a..z`)).toEqual([]);
    }
  });

  test('is in tables beside the customers, part by part', async () => {
    const period = 'periodStart=2026-03-01&periodEnd=2026-05-01&currency=EUR&models=first';
    const path = `/reports/attribution?${period}&dimension=source&filter=source:google&interval=month&customers=true`;
    const { body } = await service.call('GET', path, { headers: { accept: 'text/csv' } });
    expect(String(body).split('\r\n')).toEqual([
      'interval,source,customers,currency,spend,model,conversions,newCustomers,revenue,refunds,net,cac,roas',
      '2026-03-01,google,1,EUR,30.00,first,1,1,100.00,0.00,100.00,30.00,3.33333333333',
      '2026-04-01,google,1,EUR,12.10,first,2,1,80.00,15.00,65.00,12.10,5.37190082645',
      '',
    ]);
  });

  test('is shown where nothing was earned, and not where a filter leaves it out', async () => {
    const { rows, totals } = await report('dimension=source&filter=source:news');
    expect(rows.map(({ values }) => values)).toEqual([{ source: 'news' }]);
    expect(totals.spend).toBeUndefined();
  });
});
