import { expect, test } from 'vitest';
import { type Conversion, requireSameConversion } from '../../src/domain/conversion.ts';
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

test.each([{ currency: 'USD' }, { orderId: 'p' }])('told again with %j a conversion is another', (other) => {
  const known = { customerId: 'c', conversion };
  expect(() => requireSameConversion(known, 'c', { ...told, ...unsaid })).not.toThrow();
  expect(() => requireSameConversion(known, 'c', { ...told, ...unsaid, ...other })).toThrow();
});

test('nothing is no refund', () => {
  const nothing = { refundId: 'r', amount: '0', occurredTime: null };
  expect(() => refundConversion(conversion, nothing, context)).toThrow();
});

test('a refund by a clock that is behind does not take a conversion back in time', () => {
  const made = refundConversion(conversion, { refundId: 'r', amount: '0.5', occurredTime: null }, context);
  expect(made.conversion.updatedTime).toBe(9000);
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
