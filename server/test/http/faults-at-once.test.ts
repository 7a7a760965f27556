import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';
import { expectProblem } from '../support/verdicts.ts';

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
  ['/api-keys?limit=x&sort=x&filter=x', ['filter', 'limit', 'sort']],
])('GET %s names all its faults at once', async (path, fields) => {
  expectProblem(await service.call('GET', path), 422, fields);
});

test('a job of a period that is backwards names all its faults at once', async () => {
  const body = { type: 'data-driven', model: 'markov', ...backwards, order: 9 };
  expectProblem(await service.call('POST', '/jobs', { body }), 422, ['order', 'periodEnd']);
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
