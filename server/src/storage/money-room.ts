import type { Conversion, OwnedConversion } from '../domain/conversion.ts';
import type { OwnedRefund, Refund } from '../domain/refund.ts';

/** Which of a customer's conversions are in question: those from a moment on, or one. */
export interface RecreditedPart {
  readonly from?: number;
  readonly key?: number;
  /** Whether the one of the key cannot have any credits yet. */
  readonly isFresh?: boolean;
}

export const everything: RecreditedPart = { from: Number.NEGATIVE_INFINITY };

/** The conversions of an organization as a write finds and leaves them. */
export interface MoneyRoom {
  findConversion(conversionId: string): OwnedConversion | null;
  findRefund(refundId: string): OwnedRefund | null;
  /** Keys above those of all before. */
  nextConversionKey(): number;
  nextRefundKey(): number;
  addConversion(customerId: string, conversion: Conversion, isFirst: boolean): void;
  /** Keeps a refund and what it leaves of its conversion. */
  addRefund(owned: OwnedConversion, refund: Refund): void;
  /** Sees to it that these conversions have the credits they should have once the transaction is committed. */
  recredit(customerId: string, part: RecreditedPart): void;
}
