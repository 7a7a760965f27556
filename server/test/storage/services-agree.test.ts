import { afterAll, beforeAll, expect, test } from 'vitest';
import { browser } from '../support/capture.ts';
import { testClock } from '../support/clock.ts';
import { countOf } from '../support/counts.ts';
import { migratedDatabase } from '../support/postgres.ts';
import { announceSeed, randomFrom } from '../support/random.ts';
import { startTestServiceOn, type TestService } from '../support/service.ts';
import { databaseDirectory } from '../support/sqlite-files.ts';

const seed = announceSeed('services');
const next = randomFrom(seed);
const calls = countOf(1000);
const clock = testClock();
const day = 86_400_000;

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

/** A service on each engine, with the same clock; a key for pages belongs to each. */
interface Side {
  readonly service: TestService;
  readonly pageKey: string;
}

const ends: (() => Promise<void>)[] = [];
let sides: readonly Side[];
beforeAll(async () => {
  const directory = await databaseDirectory();
  const database = await migratedDatabase();
  ends.push(async () => {
    await directory[Symbol.asyncDispose]();
    await database.drop();
  });
  const places = [
    { url: `sqlite:${directory.path}`, path: directory.path },
    { url: database.url, path: '' },
  ];
  sides = await Promise.all(places.map(sideOn));
});
afterAll(async () => {
  await Promise.all(sides.map(({ service }) => service[Symbol.asyncDispose]()));
  for (const end of ends) await end();
});

async function sideOn(place: { readonly url: string; readonly path: string }): Promise<Side> {
  const service = await startTestServiceOn(place, { LEADSOURCE_CAPTURE_RATE_LIMIT: 'off' }, clock.now);
  const made = await service.call('POST', '/api-keys', { body: { type: 'publishable' } });
  expect(made.status).toBe(201);
  return { service, pageKey: (made.body as { publishableKey: string }).publishableKey };
}

function one<Value>(...choices: readonly Value[]): Value {
  return choices[Math.floor(next() * choices.length)] as Value;
}

const ago = () => new Date(clock.now() - one(0, 1, 2, 7, 29, 30, 31, 90, 91) * day).toISOString();
const customer = () => one('a', 'b', 'c', 'd');
const visitor = () => one('visitor_1', 'visitor_2', 'visitor_3');
const source = () => one('google', 'Gööglé', '=cmd', '', '😀', null);
const url = () =>
  `https://shop.example/p${one('', '?utm_source=mail&utm_medium=email', '?gclid=AbC', '?via=ann')}`;
const given = { touches: 0, conversions: 0, refunds: 0 };

/** What clients ask for, with the ids that they give. */
const arbitraryCall: readonly (() => Call)[] = [
  () => ({
    ...{ method: 'POST', path: `/customers/${customer()}/lead-sources` },
    body: {
      ...{ id: `t${++given.touches}`, occurredTime: ago(), source: source(), medium: one('cpc', null) },
      ...{ affiliate: one('ann', null, null), clickId: one('x', null) },
    },
  }),
  () => ({ method: 'PUT', path: `/customers/${customer()}/lead-source`, body: { source: source() } }),
  () => ({
    ...{ method: 'POST', path: '/capture' },
    body: { visitorId: visitor(), url: url(), referrer: one(null, 'https://www.google.com/') },
  }),
  () => ({ method: 'POST', path: `/customers/${customer()}/visitors`, body: { visitorId: visitor() } }),
  () => ({
    ...{ method: 'POST', path: '/conversions' },
    body: {
      ...{ id: `c${++given.conversions}`, customerId: customer(), occurredTime: ago() },
      ...{ amount: one('0', '0.01', '10.00', '33.33', '9999999999999.99'), currency: 'EUR' },
    },
  }),
  () => ({
    ...{ method: 'POST', path: `/conversions/c${1 + Math.floor(next() * (given.conversions + 1))}/refunds` },
    body: { id: `r${++given.refunds}`, amount: one(null, '0.01', '5.00') },
  }),
  () => ({ method: 'DELETE', path: `/customers/${customer()}?targetCustomerId=${customer()}` }),
  () => ({
    method: 'DELETE',
    path: `/customers/${customer()}/lead-sources/t${1 + Math.floor(next() * (given.touches + 1))}`,
  }),
  () => ({ method: 'DELETE', path: `/customers/${customer()}/lead-source` }),
];
/** Most often what adds something. */
const weighted = arbitraryCall.flatMap((each, place) =>
  Array.from({ length: place < 6 ? 4 : 1 }, () => each),
);

/** An answer without what each service makes up for itself. */
function plain(text: string, names: Map<string, string>): string {
  return text.replaceAll(/\b(?:key|tch|afp|job)_[0-9A-HJKMNP-TV-Z]+/g, (id) => {
    const name = names.get(id) ?? `made up ${names.size}`;
    names.set(id, name);
    return name;
  });
}

async function answer({ service, pageKey }: Side, { method, path, body }: Call, accept = '*/*') {
  const isCapture = path === '/capture';
  const response = await fetch(service.url + path, {
    method,
    headers: {
      Accept: accept,
      'REB-APIKEY': service.secretKey,
      'User-Agent': browser,
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(isCapture ? { ...body, key: pageKey } : body) }),
  });
  return [response.status, response.headers.get('content-type'), await response.text()] as const;
}

test('services on different engines answer the same, to the byte, also with reports and explanations', {
  timeout: 60_000 + calls * 1000,
}, async () => {
  const names = sides.map(() => new Map<string, string>());
  const compare = async (call: Call, accept?: string) => {
    const answers = await Promise.all(
      sides.map(async (side, place) => {
        const [status, type, text] = await answer(side, call, accept);
        // What nobody is to be told of goes when the service comes to it.
        const told = text.replace(/"events":\[.*?\],"webhookDeliveries"/, '"webhookDeliveries"');
        return [call, status, type, plain(told, names[place] ?? new Map())];
      }),
    );
    expect(answers[1]).toEqual(answers[0]);
    const [, status] = answers[0] ?? [];
    expect([call, Number(status) < 500]).toEqual([call, true]);
    return answers[0] ?? [];
  };
  const close = async (body: object) => {
    clock.advance(1000);
    const [, status] = await compare({ method: 'POST', path: '/affiliate-periods', body });
    expect([body, status]).toEqual([body, 201]);
  };
  for (let call = 0; call < calls; call++) {
    clock.advance(one(0, 1, 1000, 12_345_678));
    await compare(one(...weighted)());
    if (call === Math.floor(calls / 2)) {
      await close({ periodStart: '2020-01-01', periodEnd: ago(), model: 'linear' });
    }
  }
  // What changed since of the first is in the second.
  await close({});
  await compare({ method: 'GET', path: '/affiliate-periods' });
  const period = 'periodStart=2020-01-01&periodEnd=2100-01-01';
  const reports = [
    ...['source', 'channel', 'affiliate,medium'].map((names) => `/reports/attribution?dimension=${names}`),
    '/reports/attribution?interval=month&timezone=America/New_York&dateBasis=refund&customers=true',
    '/reports/attribution?dimension=source&limit=1',
    '/reports/attribution?dimension=source,medium&limit=2&interval=month&dateBasis=refund',
    '/reports/attribution?dimension=medium&filter=source:google,G..h;affiliate:!ann&interval=month',
    '/reports/attribution?dimension=source&filter=clickId:x',
    '/reports/attribution?dimension=source&interval=day&periodStart=2026-08-01&periodEnd=2027-01-01',
    '/reports/journeys?dimension=source',
    '/reports/journeys?dimension=source&limit=2',
    '/reports/affiliates?model=linear',
    '/experimental/reports/retention-value?aggregationField=leadSource.source',
  ];
  for (const report of reports) {
    const path = report.includes('periodStart') ? report : `${report}&${period}`;
    for (const accept of ['application/json', 'text/csv', 'application/x-ndjson']) {
      const [, status] = await compare({ method: 'GET', path }, accept);
      expect([path, status]).toEqual([path, 200]);
    }
  }
  for (let number = 1; number <= given.conversions; number++) {
    await compare({ method: 'GET', path: `/conversions/c${number}/attribution` });
  }
  for (const id of ['a', 'b', 'c', 'd']) await compare({ method: 'GET', path: `/customers/${id}/export` });
});
