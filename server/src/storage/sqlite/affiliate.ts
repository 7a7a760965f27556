import { Failure } from '../../domain/failure.ts';
import type { AffiliateReads, AffiliateWrites } from '../ports/affiliate.ts';
import {
  affiliateAccounts,
  affiliateCauses,
  affiliateCredits,
  affiliateLines,
  affiliatePeriods,
  affiliateTraffic,
  closePeriod,
  closingStatements,
  forgettingClicks,
} from '../queries/affiliate.ts';
import {
  affiliateAccountOf,
  affiliateAccountRowOf,
  affiliateCausesOf,
  affiliateCreditOf,
  affiliateLineOf,
  affiliateLineRowOf,
  affiliatePeriodOf,
  affiliatePeriodRowOf,
  affiliateTrafficOf,
} from '../rows/affiliate.ts';
import { type Connection, query } from './connection.ts';
import type { Interning } from './interning.ts';
import type { ReaderThread } from './reader-thread.ts';
import type { Readers } from './readers.ts';
import { reportDialect as dialect } from './report.ts';

type Read<Kind extends keyof AffiliateReads> = (
  readers: Readers,
  ...parameters: Parameters<AffiliateReads[Kind]>
) => Awaited<ReturnType<AffiliateReads[Kind]>>;

/** The reads of the port, as the thread for reports runs them. */
export const longAffiliateReads: { readonly [Kind in keyof AffiliateReads]: Read<Kind> } = {
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
  affiliateCauses: ({ reports, interning }, id, keys, since) =>
    affiliateCausesOf(reports.all(affiliateCauses(dialect, interning.organization(id), keys, since)), since),
};

export function createAffiliateReads(thread: ReaderThread): AffiliateReads {
  return {
    affiliatePeriods: (...parameters) => thread.read('affiliatePeriods', parameters),
    affiliateLines: (...parameters) => thread.read('affiliateLines', parameters),
    affiliateAccounts: (...parameters) => thread.read('affiliateAccounts', parameters),
    affiliateCredits: (...parameters) => thread.read('affiliateCredits', parameters),
    affiliateTraffic: (...parameters) => thread.read('affiliateTraffic', parameters),
    affiliateCauses: (...parameters) => thread.read('affiliateCauses', parameters),
  };
}

export function affiliateWrites(connection: Connection, interning: Interning): AffiliateWrites {
  return {
    closeAffiliatePeriod({ organizationId, period, lines, accounts, restated }) {
      const organization = interning.organization(organizationId);
      const closed = connection.all(closePeriod(query, affiliatePeriodRowOf(organization, period)));
      if (closed.length === 0) throw new Failure('conflict', 'Another period was closed meanwhile.');
      const statements = closingStatements(query, organization, {
        lines: lines.map((line, index) => affiliateLineRowOf(organization, period.number, line, index)),
        accounts: accounts.map((account, index) => affiliateAccountRowOf(organization, account, index)),
        restated,
      });
      for (const statement of statements) connection.run(statement);
      return null;
    },
    forgetStatedClicks({ organizationId, about }) {
      const organization = interning.organization(organizationId);
      for (const statement of forgettingClicks(query, organization, about)) connection.run(statement);
      return null;
    },
  };
}
