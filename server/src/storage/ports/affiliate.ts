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

/** What affiliate statements read. */
export interface AffiliateReads {
  /** Oldest first. */
  affiliatePeriods(organizationId: string): Promise<readonly AffiliatePeriod[]>;
  /** As they were frozen when the period was closed. */
  affiliateLines(organizationId: string, periodNumber: number): Promise<readonly AffiliateLine[]>;
  /** What has been stated so far for the conversions of closed periods. */
  affiliateAccounts(organizationId: string): Promise<readonly AffiliateAccount[]>;
  /** What the conversions of a period currently credit to affiliates. */
  affiliateCredits(
    organizationId: string,
    settingsVersion: number,
    model: AttributionModel,
    period: Period,
  ): Promise<readonly DatedAffiliateCredit[]>;
  affiliateTraffic(organizationId: string, period: Period): Promise<readonly AffiliateTraffic[]>;
  /** Who came by the clicks of this traffic. */
  affiliateClicks(organizationId: string, period: Period): Promise<readonly AffiliateClick[]>;
  /** How many customers have been erased so far: anything read before an erasure may hold what must be forgotten. */
  erasureCount(organizationId: string): Promise<number>;
  /**
   * What happened since a moment that may have changed the credits of these conversions. New touches count only if they lie
   * in a conversion's lookback window.
   */
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
   * Freezes a statement, unless the same request did so before: then the period closed at that time is returned. Fails with
   * `conflict` if another period was closed meanwhile, with `precondition-failed` if somebody was erased meanwhile, and in
   * the ways of every idempotent write.
   */
  closeAffiliatePeriod(input: {
    organizationId: string;
    period: AffiliatePeriod;
    lines: readonly AffiliateLine[];
    /** They replace what was stated for the same conversions before. */
    accounts: readonly AffiliateAccount[];
    /** Who came by the clicks of the period itself. */
    clicks: readonly AffiliateClick[];
    /** Conversions whose accounts are removed first; one without new `accounts` is left with nothing stated. */
    restated: readonly { readonly about: number; readonly conversionKey: number }[];
    /** The `erasureCount` read before everything else in the statement. */
    erasures: number;
    once?: Once | undefined;
  }): Closing;
  /** Clears the click ids from everything stated about a period, in whatever statement. */
  forgetStatedClicks(input: { organizationId: string; about: number }): null;
}

export interface AffiliateAccount extends AffiliateCredit {
  /** The number of the period that the conversion belongs to. */
  readonly about: number;
}

/** With the moment of the conversion. */
export interface DatedAffiliateCredit extends AffiliateCredit {
  readonly occurredTime: Instant;
}

/** That somebody came by a click. */
export interface AffiliateClick {
  /** The customer, or whoever a visitor's touches belong to while it is nobody. */
  readonly owner: string;
  readonly clickId: string;
}
