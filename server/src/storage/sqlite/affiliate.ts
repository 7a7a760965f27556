import { Failure } from '../../domain/failure.ts';
import type { KeptAnswer, Once } from '../../domain/idempotency.ts';
import { doOnce } from '../once.ts';
import type { AffiliateReads, AffiliateWrites, Closing } from '../ports/affiliate.ts';
import { erasureCount } from '../queries/affiliate.ts';
import {
  closePeriod,
  closingStatements,
  forgettingClicks,
  requireNoErasure,
  visitorsLeft,
} from '../queries/affiliate-closing.ts';
import {
  affiliateAccountRowOf,
  affiliateClickRowOf,
  affiliateLineRowOf,
  affiliatePeriodRowOf,
  clicksLeft,
} from '../rows/affiliate.ts';
import { type Connection, query } from './connection.ts';
import type { AnswerWriter } from './idempotency.ts';
import type { Interning } from './interning.ts';
import type { ReaderThread } from './reader-thread.ts';

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
