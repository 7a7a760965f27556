import type { AffiliateReads } from '../ports/affiliate.ts';
import {
  affiliateAccounts,
  affiliateCauses,
  affiliateClicks,
  affiliateLines,
  affiliatePeriods,
  affiliateTraffic,
  erasureCount,
} from '../queries/affiliate.ts';
import {
  affiliateAccountOf,
  affiliateCausesOf,
  affiliateClickOf,
  affiliateCreditOf,
  affiliateLineOf,
  affiliatePeriodOf,
  affiliateTrafficOf,
} from '../rows/affiliate.ts';
import { affiliateCredits } from './affiliate-credits.ts';
import { query } from './connection.ts';
import type { ReadOn } from './readers.ts';
import { reportDialect as dialect } from './report.ts';

/** The port's reads, as the thread for reports runs them. */
export const longAffiliateReads: { readonly [Kind in keyof AffiliateReads]: ReadOn<Kind> } = {
  affiliatePeriods: ({ reports, interning }, id) =>
    reports.all(affiliatePeriods(query, interning.organization(id))).map(affiliatePeriodOf),
  affiliateLines: ({ reports, interning }, id, periodNumber) =>
    reports.all(affiliateLines(query, interning.organization(id), periodNumber)).map(affiliateLineOf),
  affiliateAccounts: ({ reports, interning }, id) =>
    reports.all(affiliateAccounts(query, interning.organization(id))).map(affiliateAccountOf),
  affiliateCredits: ({ reports, interning }, id, version, model, period) =>
    reports
      .all(affiliateCredits(dialect, interning.organization(id), version, model, period))
      .map(affiliateCreditOf),
  affiliateTraffic: ({ reports, interning }, id, period) =>
    reports.all(affiliateTraffic(dialect, interning.organization(id), period)).map(affiliateTrafficOf),
  affiliateClicks: ({ reports, interning }, id, period) =>
    reports.all(affiliateClicks(dialect, interning.organization(id), period)).map(affiliateClickOf),
  erasureCount: ({ reports, interning }, id) =>
    reports.all(erasureCount(query, interning.organization(id)))[0]?.total ?? 0,
  affiliateCauses: ({ reports, interning }, id, keys, since, lookbackDays) => {
    const causes = affiliateCauses(dialect, interning.organization(id), keys, since, lookbackDays);
    return affiliateCausesOf(reports.all(causes), since);
  },
};
