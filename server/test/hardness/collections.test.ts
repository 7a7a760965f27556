import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';
import { expectProblem, invalidFieldsOf, promptly } from '../support/verdicts.ts';
import { sendWire } from '../support/wire.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
  for (const id of ['a', 'b', 'c']) {
    await service.call('PUT', `/customers/${id}/lead-source`, { body: { source: `of ${id}` } });
    await service.call('PUT', `/customers/a/lead-source`, { body: { source: `then ${id}` } });
  }
});
afterAll(() => service[Symbol.asyncDispose]());

const collections = ['/customers', '/customers/a/lead-sources', '/api-keys'] as const;

interface OpenApi {
  readonly paths: Readonly<
    Record<string, { readonly get?: { readonly parameters?: readonly { readonly name: string }[] } }>
  >;
}

async function expectInvalid(path: string, fields: readonly string[]): Promise<void> {
  expectProblem(await promptly(service, 'GET', path), 422, fields);
}

test.each(['/customers/a/lead-sources', '/api-keys', '/jobs', '/reports/journeys'])(
  'neither another order nor a choice of %s is passed over',
  async (path) => {
    await expectInvalid(`${path}?filter=source:b&sort=-updatedTime`, ['filter', 'sort']);
  },
);

test('a search for a text, which nothing heeds, is passed over by no list, report or export', async () => {
  const { paths } = (await service.call('GET', '/openapi.json', { key: null })).body as OpenApi;
  const asked = Object.entries(paths).filter(
    ([path, { get }]) =>
      path.startsWith('/exports/') ||
      get?.parameters?.some(({ name }) => ['limit', 'periodStart'].includes(name)),
  );
  expect(asked.length).toBeGreaterThan(20);
  for (const [path] of asked) {
    const target = path.replace('{id}', 'a');
    const refused = await service.call('GET', `${target}?q=ann&criteria[name]=ann`);
    expect([path, refused.status]).toEqual([path, 422]);
    expect(invalidFieldsOf(refused.body)).toEqual(expect.arrayContaining(['q', 'criteria']));
    const { body } = await service.call('GET', `${target}?q=&criteria=`);
    for (const field of ['q', 'criteria']) expect(invalidFieldsOf(body)).not.toContain(field);
  }
});

test('an export, which is of everything, passes over no filter and no order', async () => {
  const { paths } = (await service.call('GET', '/openapi.json', { key: null })).body as OpenApi;
  const exported = Object.keys(paths).filter((path) => path.startsWith('/exports/'));
  expect(exported.length).toBeGreaterThan(5);
  for (const path of exported) {
    const { status, body } = await service.call('GET', `${path}?filter[]=source:x&sort=id`);
    expect([path, status]).toEqual([path, 422]);
    expect(invalidFieldsOf(body)).toEqual(expect.arrayContaining(['filter', 'sort']));
  }
});

test.each([
  ['/customers/a/lead-sources', 'occurredTime'],
  ['/api-keys', '-createdTime'],
  ['/affiliate-periods', 'periodStart'],
])('the order that %s has may be asked for', async (path, order) => {
  const plain = await service.call('GET', path);
  expect(await service.call('GET', `${path}?sort=${order}&filter=`)).toMatchObject({
    status: 200,
    body: plain.body,
  });
});

describe.each(collections)('a page of %s', (path) => {
  test('of limit 0 is empty and tells the total', async () => {
    const { status, body, headers } = await service.call('GET', `${path}?limit=0`);
    expect([status, body]).toEqual([200, []]);
    expect(Number(headers.get('pagination-total'))).toBeGreaterThan(0);
    expect(headers.get('pagination-limit')).toBe('0');
  });

  test('of limit 1000 is the largest', async () => {
    const { status, headers } = await service.call('GET', `${path}?limit=1000`);
    expect(status).toBe(200);
    expect(headers.get('pagination-limit')).toBe('1000');
  });

  test.each([
    ...[
      '-1',
      '1.5',
      '1e9',
      '1e2',
      '1001',
      '0x10',
      '%2012%20',
      '+1',
      '%2B1',
      '1,2',
      '',
      'NaN',
      'Infinity',
      'all',
    ],
    ...['null', '-0', '1_0', '%D9%A3', '%EF%BC%91', '9'.repeat(400), '1%00', '1%0a', "1'--"],
  ])('with limit=%s is invalid', async (limit) => expectInvalid(`${path}?limit=${limit}`, ['limit']));

  test.each(['limit=1&limit=1', 'limit=1&limit=2', 'limit[]=1', 'limit%5B0%5D=1', 'limit=1&limit[]=1'])(
    'with %s is invalid',
    async (query) => expectInvalid(`${path}?${query}`, ['limit']),
  );

  test('that is searched for a text is invalid, and not of an empty one', async () => {
    await expectInvalid(`${path}?q=ann`, ['q']);
    await expectInvalid(`${path}?criteria[0]=x&q=ann&limit=x`, ['criteria', 'q', 'limit']);
    expect((await service.call('GET', `${path}?q=&criteria=`)).status).toBe(200);
  });

  test.each(['-1', '1.5', '1e3', '0x10', '%201', '9007199254740992', '9'.repeat(400), '', 'x'])(
    'with offset=%s is invalid',
    async (offset) => expectInvalid(`${path}?offset=${offset}`, ['offset']),
  );

  test.each(['1000', '4294967296', '9007199254740991'])(
    'past the end (offset %s) is empty',
    async (offset) => {
      const { status, body, headers } = await promptly(service, 'GET', `${path}?offset=${offset}`);
      expect([status, body]).toEqual([200, []]);
      expect(headers.get('pagination-offset')).toBe(offset);
    },
  );

  test('with two faults names both', async () =>
    expectInvalid(`${path}?limit=-1&offset=x`, ['limit', 'offset']));
});

describe('the order of customers', () => {
  test.each([
    ...[
      'nothing',
      'customFields',
      'ID',
      'id ',
      'leadSource.source',
      '__proto__',
      'toString',
      'constructor',
      '--id',
    ],
    ...[
      'id,nothing',
      'id,id',
      'id,-id',
      'id,,revision',
      ',',
      'id;DROP TABLE customer',
      'id desc',
      '1',
      '"id"',
    ],
    ...['id%00', '(SELECT 1)', '-'],
  ])('by %j is invalid', async (sort) =>
    expectInvalid(`/customers?sort=${encodeURIComponent(sort)}`, ['sort']),
  );

  test('given twice is invalid', async () => expectInvalid('/customers?sort=id&sort=id', ['sort']));

  test.each([
    'sort[name]=id',
    'sort[0]=id&sort[]=createdTime',
    'sort[0]=id&sort[0]=createdTime',
    'sort=id&sort[0]=createdTime',
    'sort=&sort[]=id',
    'sort[0][1]=id',
    'sort[-1]=id',
    'sort[00]=id',
    'sort[',
    'sort[0]=nothing',
    'sort[]=id&sort[]=id',
  ])('by %s, which is no list of fields, is invalid', async (query) =>
    expectInvalid(`/customers?${query}`, ['sort']),
  );

  test('with a wrong filter and page names all three', async () =>
    expectInvalid('/customers?sort=x&filter=y:z&limit=-1', ['sort', 'filter', 'limit']));
});

const wrongDates = [
  '2024-02-30',
  '2023-02-29',
  '2024-13-01',
  '2024-00-10',
  '2024-01-32',
  '2024-02-30T00:00:00Z',
  '2024-01-01T24:00:00Z',
  '2024-01-01T25:00:00Z',
  '2024-01-01T00:60:00Z',
  '2024-01-01T23:59:60Z',
  '2024-01-01T00:00:00',
  '2024-01-01T00:00Z',
  '2024-01-01 00:00:00Z',
  '2024-01-01T00:00:00+24:00',
  '2024-01-01T00:00:00+0100',
  '2024-01-01T00:00:00[Europe/Berlin]',
  '+275760-09-13T00:00:00Z',
  '+275760-09-14T00:00:00Z',
  '-000001-01-01T00:00:00Z',
  '0000-01-01T00:00:00+00:01',
  '9999-12-31T23:59:59-00:01',
  '24-01-01',
  '2024-1-1',
  '2024-W01-1',
  '1704067200',
  '1704067200000',
  'now',
  'Mon, 01 Jan 2024 00:00:00 GMT',
  '٢٠٢٤-01-01',
  '2024-01-01T00:00:00Z\n',
  '2024-01-01T00:00:00Z\u0000',
  'x'.repeat(3000),
];

describe('a moment that does not exist', () => {
  test.each(wrongDates)('%j is invalid in a filter', async (date) => {
    const quoted = encodeURIComponent(`createdTime:"${date}"`);
    await expectInvalid(`/customers?filter=${quoted}`, ['filter']);
  });

  test.each([...wrongDates, '', '2024-01-01', 'x'.repeat(50_000)])(
    '%j is invalid as the end of a key',
    async (expiresTime) => {
      const keys = await service.call('GET', '/api-keys');
      const answer = await promptly(service, 'POST', '/api-keys', { body: { type: 'secret', expiresTime } });
      expectProblem(answer, 422, ['expiresTime']);
      const after = await service.call('GET', '/api-keys');
      expect(after.headers.get('pagination-total')).toBe(keys.headers.get('pagination-total'));
    },
  );

  test.each(['2024-02-29', '2024-02-29T23:59:59.999999999Z', '2024-01-01T00:00:00-23:59', '9999-12-31'])(
    '%s exists',
    async (date) => {
      const { status } = await service.call(
        'GET',
        `/customers?filter=createdTime:${encodeURIComponent(date)}`,
      );
      expect(status).toBe(200);
    },
  );
});

describe('a filter', () => {
  test.each([
    ['a range whose start is after its end', 'createdTime:2024-02-01..2024-01-01'],
    ['a range of numbers turned round', 'revision:2..1'],
    ['a range of texts turned round', 'leadSource.source:b..a'],
    ['an unknown field', 'nothing:1'],
    ['a field of another case', 'Id:a'],
    ['a field that every object has', '__proto__:1'],
    ['a field of the store', 'organization_id:org_test'],
    ['an SQL field', '1=1 OR id:a'],
    ['no value', 'id:'],
    ['no field', ':a'],
    ['no colon', 'id'],
    ['an open quote', 'id:"a'],
    ['a number that is none', 'revision:1.5'],
    ['a number beyond the safe ones', 'revision:9007199254740993'],
    ['an empty condition', 'id:a;'],
    ['parentheses without end', '('.repeat(3000)],
    ['quotes without end', `id:${'"'.repeat(2001)}`],
    ['ranges without end', `id:${'a..'.repeat(900)}`],
    ['negations without end', '!'.repeat(3000)],
    ['too many conditions', Array.from({ length: 21 }, () => 'id:a').join(';')],
    ['too many values', `id:${'a,'.repeat(100)}a`],
    ['more than 4 KiB', `id:"${'a'.repeat(4096)}"`],
    ['U+0000', 'id:"\u0000"'],
  ])('with %s is invalid', async (_, filter) =>
    expectInvalid(`/customers?filter=${encodeURIComponent(filter)}`, ['filter']),
  );

  test('given twice is invalid', async () => expectInvalid('/customers?filter=id:a&filter=id:b', ['filter']));

  test.each(['%C0%80', '%ED%A0%80', '%FF', '%', '%zz'])(
    'with %s, which is no UTF-8, is malformed',
    async (bytes) => {
      const target = `/customers?filter=id:a${bytes}`;
      const { status, json } = await sendWire(service, { method: 'GET', target });
      expect([status, json]).toMatchObject([400, { detail: 'The query is not percent-encoded UTF-8.' }]);
    },
  );
});
