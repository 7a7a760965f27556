import type {
  AdjustmentCause,
  AffiliateCredit,
  AffiliateLine,
  AffiliatePeriod,
  AffiliateTraffic,
} from '../../domain/affiliate-statement.ts';
import type { AttributionModel } from '../../domain/attribution-models.ts';
import type { Period } from '../../domain/credit-sum.ts';
import type { Once } from '../../domain/idempotency.ts';
import type { Instant } from '../../domain/time.ts';

/** What statements for affiliates read. */
export interface AffiliateReads {
  /** Oldest first. */
  affiliatePeriods(organizationId: string): Promise<readonly AffiliatePeriod[]>;
  /** As they were frozen. */
  affiliateLines(organizationId: string, periodNumber: number): Promise<readonly AffiliateLine[]>;
  /** What was stated so far of the conversions of closed periods. */
  affiliateAccounts(organizationId: string): Promise<readonly AffiliateAccount[]>;
  /** What the conversions of a period give affiliates now. */
  affiliateCredits(
    organizationId: string,
    settingsVersion: number,
    model: AttributionModel,
    period: Period,
  ): Promise<readonly AffiliateCredit[]>;
  /** Which period a request closed before; null where it is to close one. Fails with `invalid`, `conflict`. */
  closedOnce(organizationId: string, once: Once, now: Instant): Promise<Closing | null>;
  affiliateTraffic(organizationId: string, period: Period): Promise<readonly AffiliateTraffic[]>;
  /** Who came by the clicks of this traffic. */
  affiliateClicks(organizationId: string, period: Period): Promise<readonly AffiliateClick[]>;
  /** How many customers were erased so far: whatever was read before one may say what is to be forgotten. */
  erasureCount(organizationId: string): Promise<number>;
  /** What happened since a moment that may have changed the credits of these conversions: of touches, those in the window. */
  affiliateCauses(
    organizationId: string,
    conversionKeys: readonly number[],
    since: Instant,
    lookbackDays: number,
  ): Promise<ReadonlyMap<number, readonly AdjustmentCause[]>>;
}

/** Which period was closed. */
export interface Closing {
  readonly periodId: string;
}

export interface AffiliateWrites {
  /**
   * Freezes a statement, unless its request was done before: then the answer is the period of that time. Fails with
   * `conflict` where another period was closed meanwhile, with `precondition-failed` where somebody was erased, and as
   * every write that is to be done once.
   */
  closeAffiliatePeriod(input: {
    organizationId: string;
    period: AffiliatePeriod;
    lines: readonly AffiliateLine[];
    /** In the place of what was stated of the same conversions before. */
    accounts: readonly AffiliateAccount[];
    /** Who came by the clicks of the period itself. */
    clicks: readonly AffiliateClick[];
    /** Conversions of which nothing is stated any more. */
    restated: readonly { readonly about: number; readonly conversionKey: number }[];
    /** The `erasureCount` from before all that was read for it. */
    erasures: number;
    once?: Once | undefined;
  }): Closing;
  /** Makes whatever was stated about a period, in any statement, forget its click ids. */
  forgetStatedClicks(input: { organizationId: string; about: number }): null;
}

export interface AffiliateAccount extends AffiliateCredit {
  /** The number of the period of the conversion. */
  readonly about: number;
}

/** That somebody came by a click. */
export interface AffiliateClick {
  /** The customer, or whoever a visitor's touches belong to while it is nobody. */
  readonly owner: string;
  readonly clickId: string;
}
