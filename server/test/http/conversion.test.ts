import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
});
afterAll(() => service[Symbol.asyncDispose]());

const at = (milliseconds: number) => new Date(clock.now() + milliseconds).toISOString();
const post = (body: unknown) => service.call('POST', '/conversions', { body });
const refund = (id: string, body: unknown) => service.call('POST', `/conversions/${id}/refunds`, { body });
const fieldsOf = (body: unknown) =>
  (body as { invalidFields: readonly { field: string }[] }).invalidFields.map(({ field }) => field);
const told = (members: object = {}) => ({
  customerId: 'buyer',
  amount: '34.17',
  currency: 'EUR',
  ...members,
});

describe('POST /conversions', () => {
  test('records a conversion, answers it as GET does, and creates an unknown customer', async () => {
    const members = { id: 'shape', type: 'order', orderId: 'A-1', metadata: { plan: ['gold'] } };
    const { status, body } = await post(told({ ...members, customerId: 'unheard' }));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...members,
      customerId: 'unheard',
      occurredTime: at(0),
      amount: '34.17',
      currency: 'EUR',
      refundedAmount: '0.00',
      netAmount: '34.17',
      createdTime: at(0),
      updatedTime: at(0),
    });
    expect((await service.call('GET', '/conversions/shape')).body).toEqual(body);
    expect((await service.call('GET', '/customers/unheard')).status).toBe(200);
  });

  test('may be called what a path is called: its link leads to it', async () => {
    const body = { id: 'bulk', customerId: 'c-bulk', amount: '1.00', currency: 'EUR' };
    const recorded = await service.call('POST', '/conversions', { body });
    expect(recorded.headers.get('location')).toMatch(/\/conversions\/bulk$/);
    for (const root of ['', `/organizations/${service.organizationId}`]) {
      const { status, body: found } = await service.call('GET', `${root}/conversions/bulk`);
      expect([status, found]).toEqual([200, expect.objectContaining({ id: 'bulk' })]);
      const { status: refused, headers } = await service.call('DELETE', `${root}/conversions/bulk`);
      expect([refused, headers.get('allow')]).toEqual([405, 'GET, HEAD, POST']);
    }
  });

  test('takes numbers that denote an amount exactly, with the digits of the currency', async () => {
    const amounts = [
      [19.99, 'EUR', '19.99'],
      [300, 'JPY', '300'],
      ['1.5', 'KWD', '1.500'],
      [0, 'EUR', '0.00'],
    ] as const;
    for (const [amount, currency, shown] of amounts) {
      expect((await post(told({ amount, currency }))).body).toMatchObject({ amount: shown, currency });
    }
  });

  test('names what is wrong with money, all at once, and keeps nothing', async () => {
    const wrong: readonly (readonly [object, readonly string[]])[] = [
      [{ currency: 'XXZ' }, ['currency']],
      [{ amount: '1.001' }, ['amount']],
      [{ amount: 1.5, currency: 'JPY' }, ['amount']],
      [{ amount: 0.1 + 0.2 }, ['amount']],
      [{ amount: -1 }, ['amount']],
      [{ amount: '1000000000000000' }, ['amount']],
      [{ amount: 1e15 }, ['amount']],
      [{ amount: 'NaN' }, ['amount']],
      [{ amount: null }, ['amount']],
      [{ occurredTime: at(61_000) }, ['occurredTime']],
      [{ amount: -1, type: 1, id: '/' }, ['amount', 'id', 'type']],
      [{ metadata: [{}] }, ['metadata']],
    ];
    for (const [members, fields] of wrong) {
      const { status, body } = await post(told({ customerId: 'nobody', ...members }));
      expect([status, fieldsOf(body).toSorted()], JSON.stringify(members)).toEqual([422, fields]);
    }
    expect((await service.call('GET', '/customers/nobody')).status).toBe(404);
  });

  test('judges a number by all its digits, whatever it would be rounded to', async () => {
    const written = (literal: string) =>
      JSON.stringify(told({ amount: 0 })).replace('"amount":0', `"amount":${literal}`);
    for (const literal of [
      '34.1700000000000001',
      '34.17000000000000170530256582424',
      '1e-400',
      '99999999999999.994',
    ]) {
      const { status, body } = await post(written(literal));
      expect([literal, status, fieldsOf(body)]).toEqual([literal, 422, ['amount']]);
      const lines = await service.call('POST', '/conversions/bulk', { body: `[${written(literal)}]` });
      expect(lines.body).toMatchObject([{ status: 422, invalidFields: [{ field: 'amount' }] }]);
    }
    for (const literal of ['34.1700000000000000000', '3417e-2', '0.3417e2']) {
      expect((await post(written(literal))).body).toMatchObject({ amount: '34.17' });
    }
    const besides = written('0').replace('{', '{"metadata":{"amount":0.12345678901234567890},');
    expect((await post(besides)).body).toMatchObject({
      metadata: { amount: Number('0.12345678901234567890') },
    });
  });

  test('up to 60 seconds ahead counts as now', async () => {
    const { body } = await post(told({ occurredTime: at(60_000) }));
    expect(body).toMatchObject({ occurredTime: at(0) });
  });

  test.each([
    ['is no earlier than the touch before it, though its clock is', -200, {}, 'attributed'],
    ['nor where it is told a little ahead', -200, { occurredTime: 50 }, 'attributed'],
    ['is when it was told to be', -200, { occurredTime: -10 }, 'unattributed'],
    ['is now where the touch is farther ahead than clocks differ', -60_001, {}, 'unattributed'],
  ] as const)(
    'that is told as of now %s',
    async (name, behind, { occurredTime }: { occurredTime?: number }, outcome) => {
      const customerId = `clock-${name.length}`;
      await service.call('PUT', `/customers/${customerId}/lead-source`, { body: { source: 'a' } });
      const touched = at(0);
      clock.advance(behind);
      const moment = occurredTime === undefined ? {} : { occurredTime: at(occurredTime) };
      const body = told({ id: customerId, customerId, ...moment });
      const answer = await post(body);
      const credited = (await service.call('GET', `/conversions/${customerId}/attribution`)).body;
      const again = await post(body);
      clock.advance(-behind);
      expect([answer.status, again.status, again.body]).toEqual([201, 200, answer.body]);
      expect(credited).toMatchObject({ unattributed: outcome === 'unattributed' });
      if (outcome === 'attributed') expect(answer.body).toMatchObject({ occurredTime: touched });
    },
  );

  test('told again under its id it is the same; with other content it is refused', async () => {
    const first = await post(told({ id: 'again', orderId: 'x', metadata: { plan: 'gold' } }));
    const second = await post(told({ id: 'again' }));
    expect([second.status, second.body]).toEqual([200, first.body]);
    expect((await post(told({ id: 'again', amount: '34.18' }))).status).toBe(409);
    expect((await post(told({ id: 'again', customerId: 'other' }))).status).toBe(409);
  });

  test('with an empty array as its metadata has an empty object, in bulk as well', async () => {
    const first = await post(told({ id: 'empty', metadata: [] }));
    expect(first).toMatchObject({ status: 201, body: { metadata: {} } });
    expect(await post(told({ id: 'empty', metadata: {} }))).toMatchObject({ status: 200, body: first.body });
    const lines = [told({ id: 'empty', metadata: [] }), told({ id: 'wrong', metadata: [1] })];
    const { body } = await service.call('POST', '/conversions/bulk', { body: lines });
    expect(body).toMatchObject([{ status: 200 }, { status: 422, invalidFields: [{ field: 'metadata' }] }]);
  });

  test('is done once for an Idempotency-Key', async () => {
    const send = () =>
      service.call('POST', '/conversions', { body: told(), headers: { 'idempotency-key': 'c' } });
    expect((await send()).body).toEqual((await send()).body);
  });
});

describe('refunds', () => {
  test('take parts, then the rest, never more than is left', async () => {
    await post(told({ id: 'refunded' }));
    expect((await refund('refunded', { id: 'part', amount: '10.00' })).status).toBe(201);
    expect((await refund('refunded', { id: 'part', amount: 10 })).status).toBe(200);
    expect((await refund('refunded', { id: 'part', amount: '11.00' })).status).toBe(409);
    expect((await refund('refunded', '{"amount":1.0000000000000000001}')).status).toBe(422);
    const { status, body } = await refund('refunded', { amount: '24.18' });
    expect([status, fieldsOf(body)]).toEqual([422, ['amount']]);
    expect((await refund('refunded', {})).body).toMatchObject({ amount: '24.17', currency: 'EUR' });
    expect((await refund('refunded', {})).status).toBe(422);
    const { body: after } = await service.call('GET', '/conversions/refunded');
    expect(after).toMatchObject({ amount: '34.17', refundedAmount: '34.17', netAmount: '0.00' });
    const { body: all } = await service.call('GET', '/conversions/refunded/refunds');
    expect((all as { amount: string }[]).map(({ amount }) => amount)).toEqual(['10.00', '24.17']);
    expect((await refund('unknown', {})).status).toBe(404);
  });
});

test('a refund is at its conversion or later; all its faults are told at once', async () => {
  await post(told({ id: 'dated', occurredTime: at(-5000) }));
  const early = await refund('dated', { amount: '34.18', occurredTime: at(-5001) });
  expect([early.status, fieldsOf(early.body).toSorted()]).toEqual([422, ['amount', 'occurredTime']]);
  const late = await refund('dated', { occurredTime: at(60_001) });
  expect([late.status, fieldsOf(late.body)]).toEqual([422, ['occurredTime']]);
  const same = { id: 'dated-refund', amount: '1.00', occurredTime: at(-5000) };
  expect((await refund('dated', same)).body).toMatchObject({ occurredTime: at(-5000) });
  expect((await refund('dated', same)).status).toBe(200);
  await post(told({ id: 'clock', occurredTime: at(0) }));
  const before = clock.now();
  clock.advance(-1000);
  const { body } = await refund('clock', { amount: '1.00' });
  clock.advance(1000);
  expect(body).toMatchObject({ occurredTime: new Date(before).toISOString() });
});

test.each([
  ['it', '/conversions/unheard-of'],
  ['its refunds', '/conversions/unheard-of/refunds'],
])('a conversion that nobody recorded is 404: %s', async (_words, path) => {
  expect((await service.call('GET', path)).status).toBe(404);
});

test('GET /conversions lists by filter, the latest first', async () => {
  for (const days of [1, 3, 2]) {
    await post(told({ id: `listed-${days}`, customerId: 'listed', occurredTime: at(-days * 86_400_000) }));
  }
  const { body, headers } = await service.call('GET', '/conversions?filter=customerId:listed&limit=2');
  expect((body as { id: string }[]).map(({ id }) => id)).toEqual(['listed-1', 'listed-2']);
  expect(headers.get('pagination-total')).toBe('3');
});

test('POST /conversions/bulk keeps or refuses each line by itself', async () => {
  const lines = [told({ id: 'line' }), told({ amount: '-1' }), told({ id: 'line' })];
  const { status, body } = await service.call('POST', '/conversions/bulk', { body: lines });
  expect(status).toBe(200);
  const outcomes = (body as { status: number }[]).map((line) => line.status);
  expect(outcomes).toEqual([201, 422, 200]);
});
