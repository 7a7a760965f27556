import type { Conversion, OwnedConversion } from '../domain/conversion.ts';
import type { OwnedRefund, Refund } from '../domain/refund.ts';

/** A part of a customer's conversions: those from a moment on, or the one with this key. */
export interface RecreditedPart {
  readonly from?: number;
  readonly key?: number;
  /** Whether the conversion with this key cannot have credits yet. */
  readonly isFresh?: boolean;
}

export const everything: RecreditedPart = { from: Number.NEGATIVE_INFINITY };

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
