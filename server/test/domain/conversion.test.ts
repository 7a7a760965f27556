import { expect, test } from 'vitest';
import {
  type Conversion,
  comesFirst,
  recordConversion,
  requireSameConversion,
} from '../../src/domain/conversion.ts';
import type { Customer } from '../../src/domain/customer.ts';
import { refundConversion, requireSameRefund } from '../../src/domain/refund.ts';

const conversion: Conversion = {
  key: 1,
  id: 'x',
  occurredTime: 5000,
  createdTime: 5000,
  updatedTime: 9000,
  type: null,
  amount: 100,
  currency: 'EUR',
  refundedAmount: 0,
  orderId: 'o',
  metadata: {},
  actor: 'a',
};
const told = { conversionId: 'x', occurredTime: null, amount: 100, currency: 'EUR' } as const;
const unsaid = { type: undefined, orderId: undefined, metadata: undefined };
const context = { now: 6000, actor: 'a', refundKey: 1 };

const others = [
  { amount: 101 },
  { currency: 'USD' },
  { occurredTime: 4999 },
  { type: 'order' },
  { orderId: 'p' },
  { metadata: { plan: 'gold' } },
];

test.each(others)('told again with %j a conversion is another', (other) => {
  const known = { customerId: 'c', conversion };
  expect(() => requireSameConversion(known, 'c', { ...told, ...unsaid })).not.toThrow();
  expect(() => requireSameConversion(known, 'c', { ...told, ...unsaid, ...other })).toThrow();
});

test('told again of another customer a conversion is another', () => {
  const again = () => requireSameConversion({ customerId: 'c', conversion }, 'd', { ...told, ...unsaid });
  expect(again).toThrow();
});

test('told again in full, with null for what it does not have, a conversion is the same', () => {
  const whole = { ...told, occurredTime: 5000, type: null, orderId: 'o', metadata: null };
  expect(() => requireSameConversion({ customerId: 'c', conversion }, 'c', whole)).not.toThrow();
});

test('the first of a customer is earlier than all others: one of the same moment came later', () => {
  const record = (customer: Customer | null, occurredTime: number) =>
    recordConversion(
      customer,
      'c',
      { ...told, ...unsaid, occurredTime },
      { now: 6000, actor: 'a', conversionKey: 1 },
    ).change.customer;
  const buyer = record(record(null, 5000), 5500);
  expect(buyer.conversionTimes).toEqual({ first: 5000, latest: 5500 });
  expect([4999, 5000, 5001].map((time) => comesFirst(buyer, time))).toEqual([true, false, false]);
  expect(comesFirst({ ...buyer, conversionTimes: null }, 5500)).toBe(true);
});

test('nothing is no refund', () => {
  const nothing = { refundId: 'r', amount: '0', occurredTime: null };
  expect(() => refundConversion(conversion, nothing, context)).toThrow();
});

test('a refund by a clock that is behind does not take a conversion back in time', () => {
  const made = refundConversion(conversion, { refundId: 'r', amount: '0.5', occurredTime: null }, context);
  expect(made.conversion.updatedTime).toBe(9000);
});

const refunded = (amount: string | null, occurredTime: number | null = null, of = conversion, now = 6000) =>
  refundConversion(of, { refundId: 'r', amount, occurredTime }, { ...context, now });

test('refunds take what is left at most, and then nothing', () => {
  const { conversion: after } = refunded('0.40');
  expect(after).toEqual({ ...conversion, refundedAmount: 40 });
  expect(() => refunded('0.61', null, after)).toThrow();
  const whole = refunded('0.60', null, after);
  expect([whole.refund.amount, whole.conversion.refundedAmount]).toEqual([60, 100]);
  expect(refunded(null, null, after).refund.amount).toBe(60);
  for (const amount of ['0.01', null]) expect(() => refunded(amount, null, whole.conversion)).toThrow();
  const penny = { ...conversion, refundedAmount: 99 };
  expect(refunded(null, null, penny).refund.amount).toBe(1);
});

test('a refund is at its conversion or later, and at most a minute ahead', () => {
  const moments = [null, 5000, 5001, 66_000].map((told) => refunded('0.01', told).refund.occurredTime);
  expect(moments).toEqual([6000, 5000, 5001, 6000]);
  for (const told of [4999, 66_001]) expect(() => refunded('0.01', told)).toThrow();
});

test('a refund told again with another amount or moment is another', () => {
  const refund = { key: 1, id: 'r', amount: 50, occurredTime: 5500, createdTime: 6000, actor: 'a' };
  const again = (amount: string | null, occurredTime: number | null) => () =>
    requireSameRefund({ conversionId: 'x', refund }, conversion, { refundId: 'r', amount, occurredTime });
  for (const [amount, moment] of [
    [null, null],
    ['0.50', 5500],
    [null, 5500],
  ] as const) {
    expect(again(amount, moment)).not.toThrow();
  }
  for (const [amount, moment] of [
    ['0.51', null],
    ['0.50', 5501],
    ['0.50', 6000],
    ['0.50', 66_001],
  ] as const) {
    expect(again(amount, moment)).toThrow();
  }
});

test('a refund told again is of the same conversion, and at the moment that it was counted at', () => {
  const refund = { key: 1, id: 'r', amount: 50, occurredTime: 6000, createdTime: 6000, actor: 'a' };
  const again = { refundId: 'r', amount: '0.50', occurredTime: null };
  expect(() => requireSameRefund({ conversionId: 'x', refund }, conversion, again)).not.toThrow();
  expect(() => requireSameRefund({ conversionId: 'y', refund }, conversion, again)).toThrow();
  // A little ahead counts as now, which is before the conversion here: so it is at the conversion.
  const ahead = { ...again, occurredTime: 5010 };
  const made = refundConversion(conversion, ahead, { ...context, now: 4990 });
  expect(made.refund.occurredTime).toBe(5000);
  expect(() =>
    requireSameRefund({ conversionId: 'x', refund: made.refund }, conversion, ahead),
  ).not.toThrow();
});

test('a refund by a clock that is far behind may be told again at the moment that was answered', () => {
  const { refund } = refunded('0.50', null, { ...conversion, occurredTime: 90_000 });
  expect(refund.occurredTime).toBe(90_000);
  const again = (occurredTime: number) => () =>
    requireSameRefund(
      { conversionId: 'x', refund },
      { ...conversion, occurredTime: 90_000 },
      { refundId: 'r', amount: '0.50', occurredTime },
    );
  expect(again(90_000)).not.toThrow();
  expect(again(90_001)).toThrow();
});
