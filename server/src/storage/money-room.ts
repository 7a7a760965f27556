import type { Conversion, OwnedConversion } from '../domain/conversion.ts';
import type { OwnedRefund, Refund } from '../domain/refund.ts';
import type { Instant } from '../domain/time.ts';

/** A part of a customer's conversions. */
export type RecreditedPart =
  | 'all'
  /** Those that are or were the first, where another one may be the first now. */
  | 'first'
  /** Those that a touch of this moment may lead to. */
  | { readonly touched: Instant }
  /** The one with this key; whether it cannot have credits yet. */
  | { readonly key: number; readonly isFresh: boolean };

/** The conversions of an organization as a write finds and leaves them. */
export interface MoneyRoom {
  findConversion(conversionId: string): OwnedConversion | null;
  findRefund(refundId: string): OwnedRefund | null;
  /** Keys above all earlier ones. */
  nextConversionKey(): number;
  nextRefundKey(): number;
  addConversion(customerId: string, conversion: Conversion, isFirst: boolean): void;
  /** Stores a refund and what it leaves of its conversion. */
  addRefund(owned: OwnedConversion, refund: Refund): void;
  /** Ensures that these conversions have the right credits when the transaction commits. */
  recredit(customerId: string, part: RecreditedPart): void;
}
