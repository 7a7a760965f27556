import { Failure } from '../../domain/failure.ts';
import type { KeptAnswer, Once } from '../../domain/idempotency.ts';
import { doOnce } from '../once.ts';
import type { AffiliateReads, AffiliateWrites, Closing } from '../ports/affiliate.ts';
import {
  affiliateAccounts,
  affiliateCauses,
  affiliateClicks,
  affiliateCredits,
  affiliateLines,
  affiliatePeriods,
  affiliateTraffic,
  erasureCount,
} from '../queries/affiliate.ts';
import {
  closePeriod,
  closingStatements,
  forgettingClicks,
  requireNoErasure,
  visitorsLeft,
} from '../queries/affiliate-closing.ts';
import {
  affiliateAccountOf,
  affiliateAccountRowOf,
  affiliateCausesOf,
  affiliateClickOf,
  affiliateClickRowOf,
  affiliateCreditOf,
  affiliateLineOf,
  affiliateLineRowOf,
  affiliatePeriodOf,
  affiliatePeriodRowOf,
  affiliateTrafficOf,
  clicksLeft,
} from '../rows/affiliate.ts';
import { type Connection, query } from './connection.ts';
import type { AnswerWriter } from './idempotency.ts';
import type { Interning } from './interning.ts';
import type { ReaderThread } from './reader-thread.ts';
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

export function createAffiliateReads(thread: ReaderThread): AffiliateReads {
  return {
    affiliatePeriods: (...parameters) => thread.read('affiliatePeriods', parameters),
    affiliateLines: (...parameters) => thread.read('affiliateLines', parameters),
    affiliateAccounts: (...parameters) => thread.read('affiliateAccounts', parameters),
    affiliateCredits: (...parameters) => thread.read('affiliateCredits', parameters),
    affiliateTraffic: (...parameters) => thread.read('affiliateTraffic', parameters),
    affiliateClicks: (...parameters) => thread.read('affiliateClicks', parameters),
    erasureCount: (...parameters) => thread.read('erasureCount', parameters),
    affiliateCauses: (...parameters) => thread.read('affiliateCauses', parameters),
  };
}

type ClosingInput = Parameters<AffiliateWrites['closeAffiliatePeriod']>[0];

export function affiliateWrites(
  connection: Connection,
  interning: Interning,
  answers: AnswerWriter,
): AffiliateWrites {
  const close = (organization: number, input: ClosingInput): Closing => {
    const { period, lines, accounts, clicks, restated, erasures } = input;
    requireNoErasure(erasures, connection.all(erasureCount(query, organization)));
    const closed = connection.all(closePeriod(query, affiliatePeriodRowOf(organization, period)));
    if (closed.length === 0) throw new Failure('conflict', 'Another period was closed meanwhile.');
    const visitors = visitorsLeft(query, organization, clicks).flatMap((some) => connection.all(some));
    const statements = closingStatements(query, organization, {
      lines: lines.map((line, index) => affiliateLineRowOf(organization, period.number, line, index)),
      accounts: accounts.map((account, index) => affiliateAccountRowOf(organization, account, index)),
      clicks: clicksLeft(clicks, visitors).map((click) =>
        affiliateClickRowOf(organization, period.number, click),
      ),
      restated,
    });
    for (const statement of statements) connection.run(statement);
    return { periodId: period.id };
  };
  return {
    closeAffiliatePeriod(input) {
      const organization = interning.organization(input.organizationId);
      const room = {
        findAnswer: (asked: Once) => answers.find(organization, asked),
        keepAnswer: (kept: KeptAnswer) => answers.keep(organization, kept),
      };
      const asked = { once: input.once, now: input.period.closedTime };
      // It concerns no customer.
      return doOnce(
        room,
        asked,
        () => '',
        () => close(organization, input),
      );
    },
    forgetStatedClicks({ organizationId, about }) {
      const organization = interning.organization(organizationId);
      for (const statement of forgettingClicks(query, organization, about)) connection.run(statement);
      return null;
    },
  };
}
