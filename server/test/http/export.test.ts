import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { exportColumns, exportKinds } from '../../src/domain/export.ts';
import { cellAt } from '../../src/http/export-cells.ts';
import { columnsType } from '../../src/http/export-columns.ts';
import { exportLines } from '../../src/http/export-rows.ts';
import { testClock } from '../support/clock.ts';
import { type Answer, startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
  for (const id of ['one', 'two']) {
    await put(id, { medium: 'cpc', source: 'google', clickId: `click-${id}` });
    clock.advance(1000);
    await put(id, { source: '=cmd|"x"', path: 'é\u2028' });
  }
  await service.call('PUT', '/customers/bare', { body: { customFields: { '\\u': [1, null] } } });
});
afterAll(() => service[Symbol.asyncDispose]());

function put(id: string, body: unknown): Promise<Answer> {
  return service.call('PUT', `/customers/${id}/lead-source`, { body });
}

async function rows(path: string): Promise<readonly Record<string, unknown>[]> {
  const { status, headers, body } = await service.call('GET', path);
  expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
  return body as readonly Record<string, unknown>[];
}

async function listedRows(path: string): Promise<readonly Record<string, unknown>[]> {
  const { body } = await service.call('GET', path);
  return body as readonly Record<string, unknown>[];
}

describe('GET /exports/touches', () => {
  test('has each touch as its customer has it, with the customer', async () => {
    const expected = [];
    for (const customerId of ['one', 'two']) {
      for (const touch of await listedRows(`/customers/${customerId}/lead-sources`)) {
        expected.push({ customerId, ...touch });
      }
    }
    expect(expected).toHaveLength(4);
    expect(await rows('/exports/touches')).toEqual(expected);
  });

  test('of an organization is the same under its root', async () => {
    const path = `/organizations/${service.organizationId}/exports/touches`;
    expect(await rows(path)).toEqual(await rows('/exports/touches'));
  });
});

describe('GET /exports/customers', () => {
  test('has each customer with its lead source, without links', async () => {
    const customers = await listedRows('/customers?sort=id&expand=leadSource');
    const expected: Record<string, unknown>[] = customers.map(
      ({ _links, _embedded, organizationId, ...facts }) => {
        const leadSource = (_embedded as { leadSource: Record<string, unknown> | null }).leadSource;
        if (leadSource === null) return { ...facts, leadSource };
        const { _links: _, ...told } = leadSource;
        return { ...facts, leadSource: told };
      },
    );
    expect(expected.map(({ id }) => id)).toEqual(['bare', 'one', 'two']);
    expect(await rows('/exports/customers')).toEqual(expected);
  });
});

describe('exports about money', () => {
  const day = (number: number) => `2026-03-0${number}T00:00:00.000Z`;
  beforeAll(async () => {
    for (const [occurredTime, source, id] of [
      [day(1), 'google', 'first'],
      [day(2), '=1+1', undefined],
    ]) {
      const body = { id, occurredTime, source, medium: 'cpc', path: '/landing', clickId: 'CaSe' };
      await service.call('POST', '/customers/buyer/lead-sources', { body });
    }
    for (const body of [
      {
        id: 'c1',
        customerId: 'buyer',
        amount: '10.01',
        currency: 'EUR',
        occurredTime: day(3),
        metadata: { a: [1] },
      },
      { id: 'c2', customerId: 'nobody', amount: 700, currency: 'JPY', occurredTime: day(4), orderId: 'A-1' },
    ]) {
      await service.call('POST', '/conversions', { body });
    }
    await service.call('POST', '/conversions/c1/refunds', { body: { amount: '0.05' } });
    await service.call('POST', '/conversions/c1/refunds', { body: { amount: '0.02' } });
    const spent = { date: '2026-03-01', amount: '1.5', currency: 'EUR' };
    await service.call('PUT', '/spend', {
      body: [spent, { ...spent, date: '2026-02-28', source: 'google' }],
    });
  });

  test.each(exportKinds)(
    'have the %s side by side as they are one by one, where that is asked for',
    async (kind) => {
      const listed = await rows(`/exports/${kind}`);
      const headers = { Accept: `${columnsType}, application/json;q=0.5` };
      const answer = await service.call('GET', `/exports/${kind}`, { headers });
      expect(answer.headers.get('content-type')).toBe(columnsType);
      const [line, ...others] = String(answer.body).trim().split('\n');
      expect(others).toEqual([]);
      const columns = JSON.parse(line ?? '') as Readonly<Record<string, readonly unknown[] | null>>;
      expect(Object.keys(columns)).toEqual(exportColumns[kind].map(({ name }) => name));
      for (const { name, type } of exportColumns[kind]) {
        const cells = listed.map(cellAt(name)).map((cell) => {
          if (cell === null) return null;
          return type === 'time' ? Date.parse(String(cell)) : type === 'json' ? JSON.stringify(cell) : cell;
        });
        expect(columns[name]).toEqual(cells.every((cell) => cell === null) ? null : cells);
      }
    },
  );

  test('have each conversion as it is listed, without links', async () => {
    const listed = (await listedRows('/conversions?sort=occurredTime')).map(({ _links, ...facts }) => facts);
    expect(listed).toMatchObject([{ refundedAmount: '0.07', netAmount: '9.94' }, { amount: '700' }]);
    expect(await rows('/exports/conversions')).toEqual(listed);
  });

  test('have all that was spent as it is listed', async () => {
    const listed = await listedRows('/spend?sort=date');
    expect(listed).toHaveLength(2);
    expect(await rows('/exports/spend')).toEqual(listed);
  });

  test('have each credit as it is explained, with what refunds took', async () => {
    const credits = await rows('/exports/credits');
    const explained = [];
    for (const id of ['c1', 'c2']) {
      const { body } = await service.call('GET', `/conversions/${id}/attribution`);
      const { journey } = body as { journey: readonly { credits: object; touchId: string }[] };
      for (const { credits: _, occurredTime, ...touch } of journey as readonly Record<string, unknown>[]) {
        explained.push({ conversionId: id, touchOccurredTime: occurredTime, ...touch });
      }
    }
    const attributed = credits.filter(({ touchId }) => touchId !== null);
    expect(attributed).toMatchObject(explained);
    expect(attributed.map(({ touchId }) => touchId)).toContain('first');
    const byModel = attributed.map(({ credits }) => credits as Readonly<Record<string, object>>);
    expect(byModel.map((given) => [given['linear'], given['first']])).toEqual([
      [
        { weight: 0.5, amount: '5.00', refunded: '0.03' },
        { weight: 1, amount: '10.01', refunded: '0.07' },
      ],
      [
        { weight: 0.5, amount: '5.01', refunded: '0.04' },
        { weight: 0, amount: '0.00', refunded: '0.00' },
      ],
    ]);
    expect(credits.find(({ touchId }) => touchId === null)).toMatchObject({
      conversionId: 'c2',
      customerId: 'nobody',
      occurredTime: day(4),
      currency: 'JPY',
      isFirstConversion: true,
      settingsVersion: 1,
      touchOccurredTime: null,
      channel: null,
      source: null,
      credits: { last: { weight: 1, amount: '700', refunded: '0' } },
    });
  });
});

describe('an export', () => {
  test.each([
    ['/exports/conversions', ['reports:read'], 403],
    ['/exports/conversions', ['conversions:read'], 200],
    ['/exports/credits', ['conversions:read'], 403],
    ['/exports/credits', ['reports:read'], 200],
    ['/exports/spend', ['reports:read'], 403],
    ['/exports/spend', ['conversions:read'], 200],
    ['/exports/touches', ['customers:read'], 403],
    ['/exports/touches', ['lead-sources:read'], 200],
    ['/exports/customers', ['customers:read'], 403],
    ['/exports/customers', ['customers:read', 'lead-sources:read'], 200],
  ])('%s takes permissions: with %j it answers %d', async (path, acl, status) => {
    const made = await service.call('POST', '/api-keys', { body: { type: 'secret', acl } });
    const { secretKey } = made.body as { secretKey: string };
    expect((await service.call('GET', path, { key: secretKey })).status).toBe(status);
  });

  test('of what there is no table of is not found', async () => {
    expect((await service.call('GET', '/exports/nothing')).status).toBe(404);
  });

  test('of more rows than a page has is whole and in order', async () => {
    const lines = Array.from({ length: 4321 }, (_, place) =>
      JSON.stringify({
        customerId: `many-${String(place % 1500).padStart(4, '0')}`,
        occurredTime: '2025-01-01T00:00:00Z',
        source: `s${place % 7}`,
        content: String(place),
      }),
    );
    const headers = { 'Content-Type': 'application/x-ndjson' };
    await service.call('POST', '/lead-sources', { body: lines.join('\n'), headers });
    const many = (await rows('/exports/touches')).filter(({ customerId }) =>
      String(customerId).startsWith('many-'),
    );
    expect(new Set(many.map(({ content }) => content)).size).toBe(4321);
    expect(many).toHaveLength(4321);
    const ids = many.map(({ customerId }) => String(customerId));
    expect(ids).toEqual(ids.toSorted());
    expect(await rows('/exports/customers')).toHaveLength(1505);
  });

  test('of which only the head is asked for is not read on', async () => {
    const written = vi.spyOn(exportLines, 'touches');
    const { status, headers } = await service.call('HEAD', '/exports/touches');
    expect([status, headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    // Pages are read in turns, so those for HEAD would be among these.
    const touches = await rows('/exports/touches');
    const counts = written.mock.calls.map(([{ page }]) => page.rowCount);
    expect(counts.reduce((sum, count) => sum + count)).toBe(touches.length);
  });
});
