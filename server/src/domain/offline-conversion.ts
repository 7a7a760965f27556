import type { AttributionModel } from './attribution-models.ts';
import type { MinorUnits } from './money.ts';
import type { Instant } from './time.ts';

/** A conversion with the touches that a model credits, as far as an advertising platform may be told of it. */
export interface OfflineConversion {
  readonly id: string;
  readonly customerId: string;
  readonly occurredTime: Instant;
  readonly currency: string;
  readonly orderId: string | null;
  /**
   * When the latest of its refunds was recorded; null where there is none. When it occurred says less: of two refunds the
   * later recorded may have occurred first.
   */
  readonly refundedTime: Instant | null;
  /**
   * Whether another conversion has the same key of the kind asked for, so that a refund of either could be taken for one of the
   * other.
   */
  readonly isShared: boolean;
  /** Those that have click ids, oldest first. */
  readonly touches: readonly OfflineTouch[];
}

/** The order's id, or the conversion's own where there is none; or the customer and the second. */
export type SharedKey = 'order' | 'customer-second';

export interface OfflineTouch {
  readonly occurredTime: Instant;
  readonly clickId: string;
  readonly clickIdKind: string | null;
  readonly path: string | null;
  readonly referrer: string | null;
  /** Above 0, and at most 1. */
  readonly weight: number;
  /** The touch's part of the amount, and what refunds took of it. */
  readonly amount: MinorUnits;
  readonly refunded: MinorUnits;
}

export interface OfflineOptions {
  readonly model: AttributionModel;
  /** What the platform calls conversions of this kind: a name, or the name of a resource. */
  readonly conversionName: string;
  /** What the platform calls the source of the events, where it asks for one; else empty. */
  readonly sourceId: string;
  readonly now: Instant;
  /** SHA-256 as lower-case hexadecimal digits. */
  readonly sha256: (text: string) => string;
}

/** A file to upload, or to send as the body of a request. */
export interface OfflineFile {
  readonly name: string;
  readonly mediaType: 'text/csv' | 'application/json';
  readonly rows: number;
  readonly content: string;
}

/** A row for a platform, before it is written in the platform's format. */
export interface Told {
  readonly conversion: OfflineConversion;
  readonly click: CreditedClick;
}

/** A click with everything the model gives to touches with its id: loading the page again makes no other click. */
export interface CreditedClick extends Pick<OfflineTouch, 'occurredTime' | 'clickId' | 'path' | 'referrer'> {
  readonly clickIdKind: string;
  /** A decimal cut to nine decimals, so that those of a conversion sum to at most 1. */
  readonly credit: string;
  /** The click's part of the amount, and what refunds leave of it: decimals with the currency's digits. */
  readonly amount: string;
  readonly netAmount: string;
}
