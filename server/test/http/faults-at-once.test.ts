import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';
import { expectProblem, invalidFieldsOf } from '../support/verdicts.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

const money = { customerId: 'c', amount: 'x', currency: 'QQQ' };
const badKey = { 'Idempotency-Key': 'a b' };

test.each([
  ['PUT', '/customers/%20/lead-source', { source: 1 }, {}, ['id', 'source']],
  ['PUT', '/customers/%20', { websiteId: 1 }, {}, ['id', 'websiteId']],
  ['POST', '/customers/%20/lead-sources', { source: 1 }, badKey, ['Idempotency-Key', 'id', 'source']],
  ['POST', '/customers/%20/visitors', { visitorId: 1 }, {}, ['id', 'visitorId']],
  ['PUT', '/webhooks/%20', { url: 5 }, {}, ['id', 'url']],
  ['POST', '/conversions', money, badKey, ['Idempotency-Key', 'amount', 'currency']],
  ['POST', '/conversions', { ...money, amount: -1, currency: 5 }, {}, ['amount', 'currency']],
  ['POST', '/conversions', { customerId: 'c', amount: '1,5' }, {}, ['amount', 'currency']],
  ['PUT', '/spend', { date: '2026-02-30', amount: 'x', currency: 'QQQ' }, {}, ['amount', 'currency', 'date']],
  ['POST', '/conversions/none/refunds', { id: 'a b', amount: 'x' }, {}, ['amount', 'id']],
  ['POST', '/lead-sources?import=a%20b&announce=x', [], {}, ['announce', 'import']],
] as const)('%s %s %j names all its faults at once', async (method, path, body, headers, fields) => {
  const answer = await service.call(method, path, { body, headers });
  expectProblem(answer, 422, fields);
});

const ahead = '2999-01-01T00:00:00Z';
const conversion = { customerId: 'c', amount: 1, currency: 'EUR' };

test.each([
  ['POST', '/customers/c/lead-sources', { medium: 5, occurredTime: ahead }, {}, ['medium', 'occurredTime']],
  ['POST', '/customers/c/lead-sources', { id: '!', occurredTime: ahead }, {}, ['id', 'occurredTime']],
  ['POST', '/customers/%20/lead-sources', { occurredTime: ahead }, {}, ['id', 'occurredTime']],
  ['POST', '/customers/c/lead-sources', { occurredTime: ahead }, badKey, ['Idempotency-Key', 'occurredTime']],
  ['POST', '/customers/c/lead-sources', { occurredTime: 'x' }, badKey, ['Idempotency-Key', 'occurredTime']],
  [
    'POST',
    '/conversions',
    { ...conversion, amount: 'x', occurredTime: ahead },
    {},
    ['amount', 'occurredTime'],
  ],
  [
    'POST',
    '/conversions',
    { ...conversion, occurredTime: ahead },
    badKey,
    ['Idempotency-Key', 'occurredTime'],
  ],
  ['POST', '/conversions/none/refunds', { id: '!', occurredTime: ahead }, {}, ['id', 'occurredTime']],
  ['POST', '/customers/c/visitors', { visitorId: 'x', linkedTime: ahead }, {}, ['linkedTime', 'visitorId']],
  ['POST', '/api-keys', { type: 'x', expiresTime: '2020-01-01T00:00:00Z' }, {}, ['expiresTime', 'type']],
  ['PUT', '/api-keys/a', { acl: ['x'], expiresTime: '2020-01-01T00:00:00Z' }, {}, ['acl.0', 'expiresTime']],
  ['POST', '/tokens', { subject: 'operator', lifetimeSeconds: 0 }, {}, ['lifetimeSeconds', 'subject']],
  ['POST', '/tokens', { subject: '', lifetimeSeconds: 0 }, {}, ['lifetimeSeconds', 'subject']],
  ['POST', '/webhooks', { url: 'x', method: 'GET' }, {}, ['method', 'url']],
  ['PUT', '/webhooks/%20', { url: 'x' }, {}, ['id', 'url']],
  ['POST', '/affiliate-periods', { model: 5, periodStart: 'x' }, {}, ['model', 'periodStart']],
  [
    'POST',
    '/affiliate-periods',
    { model: '', periodStart: '', periodEnd: '', timezone: '' },
    {},
    ['model', 'periodEnd', 'periodStart', 'timezone'],
  ],
  ['POST', '/affiliate-periods', { periodEnd: 'x' }, badKey, ['Idempotency-Key', 'periodEnd']],
  ['POST', '/jobs', { type: 'x' }, badKey, ['Idempotency-Key', 'type']],
  [
    'POST',
    '/jobs',
    { type: 'data-driven', model: 'x', periodStart: 'x', periodEnd: '2026-01-01' },
    badKey,
    ['Idempotency-Key', 'model', 'periodStart'],
  ],
  ['POST', '/jobs', 'null', badKey, ['', 'Idempotency-Key']],
] as const)(
  '%s %s %j also names what its schema cannot show',
  async (method, path, body, headers, fields) => {
    const answer = await service.call(method, path, { body, headers });
    expectProblem(answer, 422, fields);
  },
);

test.each([
  ['/lead-sources', { customerId: 'c', medium: 5, occurredTime: ahead }, ['medium', 'occurredTime']],
  ['/conversions/bulk', { ...conversion, amount: 'x', occurredTime: ahead }, ['amount', 'occurredTime']],
])('a line of POST %s names all its faults at once', async (path, line, fields) => {
  const { body } = await service.call('POST', path, { body: [line] });
  const [outcome] = body as readonly unknown[];
  expect(outcome).toMatchObject({ status: 422 });
  expect(invalidFieldsOf(outcome)).toEqual(fields);
});

test('no field is named twice, whatever is wrong with it', async () => {
  const body = { url: 'x'.repeat(2049), method: 'GET' };
  expectProblem(await service.call('POST', '/webhooks', { body }), 422, ['method', 'url']);
});

test.each([
  ['/customers/c/lead-sources', { occurredTime: ahead }, { medium: 5 }],
  ['/customers/c/visitors', { visitorId: 'visitor-1', linkedTime: ahead }, { visitorId: 'x' }],
  ['/conversions', { ...conversion, occurredTime: ahead }, { amount: 'x' }],
  ['/api-keys', { type: 'secret', expiresTime: '2020-01-01T00:00:00Z' }, { type: 'x' }],
  ['/tokens', { subject: 'operator' }, { lifetimeSeconds: 0 }],
  ['/webhooks', { url: 'x' }, { method: 'GET' }],
])('POST %s says the same of %j beside another fault as alone', async (path, told, more) => {
  const alone = await service.call('POST', path, { body: told });
  const beside = await service.call('POST', path, { body: { ...told, ...more } });
  const [fault] = (alone.body as { readonly invalidFields: readonly object[] }).invalidFields;
  expect(fault).toBeDefined();
  expect(beside.body).toMatchObject({ invalidFields: expect.arrayContaining([fault]) });
});

const backwards = { periodStart: '2026-02-01', periodEnd: '2026-01-01' };
const noTime = { periodStart: '2026-01-01T00:00:00Z', periodEnd: '2026-01-01T01:00:00+01:00' };

test.each([
  ['/reports/attribution', backwards, { dimension: 'x' }, ['dimension', 'periodEnd']],
  ['/reports/attribution', noTime, { timezone: 'x', models: 'x' }, ['models', 'periodEnd', 'timezone']],
  ['/reports/journeys', backwards, { currency: 'x' }, ['currency', 'periodEnd']],
  ['/conversions', noTime, { dateBasis: 'x' }, ['dateBasis', 'periodEnd']],
])('GET %s of the period %j and %j names all its faults at once', async (path, period, more, fields) => {
  const answer = await service.call('GET', `${path}?${new URLSearchParams({ ...period, ...more })}`);
  expectProblem(answer, 422, fields);
});

test.each([
  [
    '/experimental/reports/transactions?aggregationField=x&limit=x&offset=-1',
    ['aggregationField', 'limit', 'offset'],
  ],
  ['/experimental/reports/retention-value?includeRefunds=x&limit=x', ['includeRefunds', 'limit']],
  ['/customers?limit=x&sort=x&expand=,&fields=,', ['expand', 'fields', 'limit', 'sort']],
  ['/api-keys?limit=x&sort=x&filter=x&q=x', ['filter', 'limit', 'q', 'sort']],
  ['/customers?limit=x&sort[a]=x&filter[]=x&q=x', ['filter', 'limit', 'q', 'sort']],
  [
    '/reports/journeys?criteria=x&dimension=x&limit[]=1',
    ['criteria', 'dimension', 'limit', 'periodEnd', 'periodStart'],
  ],
  ['/reports/affiliates?q=x&model=x', ['model', 'q']],
])('GET %s names all its faults at once', async (path, fields) => {
  expectProblem(await service.call('GET', path), 422, fields);
});

test('a job of a period that is backwards names all its faults at once', async () => {
  const body = { type: 'data-driven', model: 'markov', ...backwards, order: 9 };
  expectProblem(await service.call('POST', '/jobs', { body }), 422, ['order', 'periodEnd']);
});

test('what only the stored data show is said once nothing else is wrong', async () => {
  for (const currency of ['EUR', 'USD']) {
    const told = { ...conversion, customerId: 'payer', currency };
    expect((await service.call('POST', '/conversions', { body: told })).status).toBe(201);
  }
  const report = (period: Record<string, string>) =>
    service.call('GET', `/reports/attribution?${new URLSearchParams(period)}`);
  expectProblem(await report(backwards), 422, ['periodEnd']);
  expectProblem(await report({ periodStart: '2026-01-01', periodEnd: '2026-02-01' }), 422, ['currency']);
});

test('what an amount may be depends on its currency only as far as it has to', async () => {
  const told = { customerId: 'c', amount: '1.2345', currency: 'QQQ' };
  expectProblem(await service.call('POST', '/conversions', { body: told }), 422, ['currency']);
});

test('messages say what would be right', async () => {
  const body = { customFields: { a: 'x'.repeat(20_000) } };
  const { body: problem } = await service.call('POST', '/customers', { body });
  const message = 'must be at most 16384 bytes of JSON';
  expect(problem).toMatchObject({ invalidFields: [{ field: 'customFields', message }] });
});
