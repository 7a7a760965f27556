import { expect, test } from 'vitest';
import type { Conversion } from '../../src/domain/conversion.ts';
import type { Failure } from '../../src/domain/failure.ts';
import { refundConversion } from '../../src/domain/refund.ts';

/** Why a conversion of 10.00 of which some was given back cannot be refunded. */
function faultOf(refundedAmount: number, amount: string | null): string | undefined {
  const conversion = { amount: 1000, refundedAmount, currency: 'EUR', occurredTime: 1 } as Conversion;
  try {
    refundConversion(
      conversion,
      { refundId: 'r', amount, occurredTime: null },
      { now: 1, actor: 'key_a', refundKey: 1 },
    );
    return undefined;
  } catch (error) {
    return (error as Failure).invalidFields[0]?.message;
  }
}

test('a refund that is refused says what is left', () => {
  const nothingIsLeft = 'cannot be refunded: nothing of the conversion is left';
  expect(faultOf(1000, null)).toBe(nothingIsLeft);
  expect(faultOf(1000, '1')).toBe(nothingIsLeft);
  expect(faultOf(999, '0.02')).toBe('must not be above 0.01, which is what is left');
  expect(faultOf(999, '0')).toBe('must be above zero');
  expect(faultOf(999, '0.01')).toBeUndefined();
});
