import { Failure } from '../../domain/failure.ts';
import type { KeptAnswer, Once } from '../../domain/idempotency.ts';
import { doOnce } from '../once.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import type { AffiliateReads, AffiliateWrites, Closing } from '../ports/affiliate.ts';
import { erasureCount } from '../queries/affiliate.ts';
import { closePeriod, forgettingClicks, requireNoErasure } from '../queries/affiliate-closing.ts';
import {
  affiliateAccountRowOf,
  affiliateClickRowOf,
  affiliateLineRowOf,
  affiliatePeriodRowOf,
  clicksLeft,
  visitorsOf,
} from '../rows/affiliate.ts';
import type { Schema } from '../schema.ts';
import { affiliateFates } from '../transfer-affiliate-tables.ts';
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
  const statements = connection.prepareAll(closings);
  const close = (organizationId: number, input: ClosingInput): Closing => {
    const { period, lines, accounts, clicks, restated, erasures } = input;
    const { removeAccounts, addLine, addAccount, addClick, visitor } = statements();
    requireNoErasure(erasures, connection.all(erasureCount(query, organizationId)));
    const closed = connection.all(closePeriod(query, affiliatePeriodRowOf(organizationId, period)));
    if (closed.length === 0) throw new Failure('conflict', 'Another period was closed meanwhile.');
    for (const { about, conversionKey } of restated) {
      removeAccounts.run({ organizationId, about, conversionKey });
    }
    for (const [index, line] of lines.entries()) {
      addLine.run({ ...affiliateLineRowOf(organizationId, period.number, line, index) });
    }
    for (const [index, account] of accounts.entries()) {
      addAccount.run({ ...affiliateAccountRowOf(organizationId, account, index) });
    }
    const left = visitorsOf(clicks).filter(
      (visitorId) => visitor.get({ organizationId, visitorId }) !== undefined,
    );
    for (const click of clicksLeft(clicks, left)) {
      addClick.run({ ...affiliateClickRowOf(organizationId, period.number, click) });
    }
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

function closings() {
  const place = parameter<number>('organizationId');
  return {
    addLine: query.insertInto('affiliate_lines').values(parametersNamed(columnsOf('affiliate_lines'))),
    addAccount: query
      .insertInto('affiliate_accounts')
      .values(parametersNamed(columnsOf('affiliate_accounts'))),
    addClick: query.insertInto('affiliate_clicks').values(parametersNamed(columnsOf('affiliate_clicks'))),
    removeAccounts: query
      .deleteFrom('affiliate_accounts')
      .where('organization_id', '=', place)
      .where('about_number', '=', parameter<number>('about'))
      .where('conversion_key', '=', parameter<number>('conversionKey')),
    visitor: query
      .selectFrom('visitors')
      .select('visitor_id')
      .where('organization_id', '=', place)
      .where('visitor_id', '=', parameter<string>('visitorId')),
  };
}

function columnsOf<Table extends keyof typeof affiliateFates>(table: Table) {
  return Object.keys(affiliateFates[table].columns) as (keyof Schema[Table] & string)[];
}
