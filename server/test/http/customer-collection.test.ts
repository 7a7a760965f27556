import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { startTestService, type TestService } from '../support/service.ts';

/** By their order of arrival, a second apart. */
const customers = [
  { id: 'a', websiteId: 'one', sources: ['google'] },
  { id: 'B', websiteId: null, sources: ['google', 'bing'] },
  { id: 'c', websiteId: 'two', sources: ['a,b'] },
  { id: 'd', websiteId: 'one', sources: [] },
  { id: 'e', websiteId: 'One', sources: ['Google', 'é', 'newsletter'] },
];

const start = Date.UTC(2026, 10, 23, 8, 0, 0);
let service: TestService;
beforeAll(async () => {
  const clock = testClock(start);
  service = await startTestService({}, clock.now);
  for (const { id, websiteId, sources } of customers) {
    await service.call('PUT', `/customers/${id}`, { body: { websiteId } });
    for (const source of sources) {
      await service.call('PUT', `/customers/${id}/lead-source`, { body: { source } });
    }
    clock.advance(1000);
  }
});
afterAll(() => service[Symbol.asyncDispose]());

async function idsOf(query: string): Promise<string> {
  const { status, body } = await service.call('GET', `/customers?${query}`);
  expect(status).toBe(200);
  return (body as { id: string }[]).map(({ id }) => id).join('');
}

describe('GET /customers', () => {
  test('answers a top-level array, the newest first, with where the page stands', async () => {
    const { body, headers } = await service.call('GET', '/customers');
    expect((body as { id: string }[]).map(({ id }) => id).join('')).toBe('edcBa');
    expect(headers.get('pagination-total')).toBe('5');
    expect(headers.get('pagination-limit')).toBe('100');
    expect(headers.get('pagination-offset')).toBe('0');
  });

  test.each([
    ['limit=2', 'ed'],
    ['limit=2&offset=1', 'dc'],
    ['limit=0', ''],
    ['offset=99', ''],
    ['offset=9007199254740991', ''],
    ['sort=createdTime', 'aBcde'],
    ['sort=-createdTime', 'edcBa'],
    ['sort=id', 'Bacde'],
    ['sort=revision,-id', 'dcaBe'],
    ['sort[]=revision&sort[]=-id', 'dcaBe'],
    ['sort%5B0%5D=revision&limit=3&sort%5B1%5D=-id', 'dca'],
    ['sort[10]=-id&sort[9]=revision', 'dcaBe'],
    ['sort[0]=', 'edcBa'],
    ['q=', 'edcBa'],
    ['nobodyKnows=1&nobodyKnows=2', 'edcBa'],
  ])('with %s lists "%s"', async (query, ids) => {
    expect(await idsOf(query)).toBe(ids);
  });

  test.each([
    ['limit=1001', 'limit'],
    ['limit=-1', 'limit'],
    ['limit=1.5', 'limit'],
    ['limit=1e2', 'limit'],
    ['limit=0x10', 'limit'],
    ['limit=%2012', 'limit'],
    ['limit=', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['offset=-1', 'offset'],
    ['offset=99999999999999999999', 'offset'],
    ['limit[0]=1', 'limit'],
    ['offset[]=1', 'offset'],
    ['sort=nothing', 'sort'],
    ['sort[name]=id', 'sort'],
    ['sort=id,-id', 'sort'],
    ['filter=nothing:1', 'filter'],
    ['filter[id]=a', 'filter'],
    ['q=a', 'q'],
    ['filter=createdTime:2024-02-30', 'filter'],
  ])('with %s is 422 and names %s', async (query, field) => {
    const { status, body } = await service.call('GET', `/customers?${query}`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ invalidFields: [{ field }] });
  });

  test('embeds lead sources with expand, null where there is none', async () => {
    const { body } = await service.call(
      'GET',
      '/customers?expand=leadSource&sort=createdTime&offset=1&limit=3',
    );
    expect(
      (body as { _embedded: { leadSource: unknown } }[]).map(({ _embedded }) => _embedded),
    ).toMatchObject([
      { leadSource: { source: 'bing', original: { source: 'google' } } },
      { leadSource: { source: 'a,b' } },
      { leadSource: null },
    ]);
  });
});

test('names in expand and fields that mean nothing here are passed over', async () => {
  const { status, body } = await service.call('GET', '/customers?expand=invoices&fields=id,email&limit=1');
  expect([status, body]).toEqual([200, [{ id: 'e' }]]);
});

test('customers of one moment stand in one order, so that pages never overlap', async () => {
  const clock = testClock(start);
  await using crowded = await startTestService({}, clock.now);
  for (let index = 0; index < 9; index++) await crowded.call('POST', '/customers', { body: {} });
  const seen: string[] = [];
  for (let offset = 0; offset < 9; offset += 2) {
    const { body } = await crowded.call('GET', `/customers?limit=2&offset=${offset}`);
    seen.push(...(body as { id: string }[]).map(({ id }) => id));
  }
  expect(new Set(seen).size).toBe(9);
});

test('HEAD answers as GET does, without the body', async () => {
  const got = await service.call('GET', '/customers?limit=2');
  const head = await service.call('HEAD', '/customers?limit=2');
  expect([head.status, head.body]).toEqual([200, null]);
  for (const name of ['content-type', 'content-length', 'pagination-total', 'pagination-limit']) {
    expect(head.headers.get(name)).toBe(got.headers.get(name));
  }
});

describe('filter on customers', () => {
  test.each([
    ['field:value is exact', 'websiteId:one', 'da'],
    ['and case-sensitive', 'websiteId:One', 'e'],
    ['finds by the current lead source', 'leadSource.source:google', 'a'],
    ['finds by the original', 'original.source:google', 'Ba'],
    [', is or', 'leadSource.source:google,bing', 'Ba'],
    ['; is and', 'original.source:google;leadSource.source:bing', 'B'],
    ['! is not', 'websiteId:!one', 'ecB'],
    ['a quoted value may hold any character', 'leadSource.source:"a,b"', 'c'],
    ['null is unset', 'websiteId:null', 'B'],
    ['a..b is from and to', 'revision:3..4', 'eB'],
    ['a.. is from', 'revision:3..', 'eB'],
    ['..b is to', 'revision:..1', 'd'],
    ['a range of times', 'createdTime:2026-11-23T08:00:01Z..2026-11-23T08:00:02Z', 'cB'],
    ['text ranges go by UTF-8 bytes', 'id:B..c', 'cBa'],
    ['wildcards of other languages mean nothing', 'leadSource.source:%25', ''],
  ])('%s: %s', async (_rule, filter, ids) => {
    expect(await idsOf(`filter=${filter.includes('%') ? filter : encodeURIComponent(filter)}`)).toBe(ids);
  });

  test('the total counts what the filter finds, on all pages together', async () => {
    const { headers } = await service.call('GET', '/customers?filter=websiteId:one&limit=1');
    expect(headers.get('pagination-total')).toBe('2');
  });
});
