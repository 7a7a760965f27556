import type { Compilable } from 'kysely';
import { Failure } from '../../domain/failure.ts';
import type { KeptAnswer, Once } from '../../domain/idempotency.ts';
import { doOnce } from '../once.ts';
import type { AffiliateReads, AffiliateWrites } from '../ports/affiliate.ts';
import {
  affiliateAccounts,
  affiliateCauses,
  affiliateClicks,
  affiliateLines,
  affiliatePeriods,
  affiliateTraffic,
  erasureCount,
} from '../queries/affiliate.ts';
import { closePeriod, forgettingClicks, requireNoErasure } from '../queries/affiliate-closing.ts';
import {
  affiliateAccountOf,
  affiliateCausesOf,
  affiliateClickOf,
  affiliateCreditOf,
  affiliateLineOf,
  affiliatePeriodOf,
  affiliatePeriodRowOf,
  affiliateTrafficOf,
} from '../rows/affiliate.ts';
import { addStatement } from './affiliate-closing.ts';
import { affiliateCredits } from './affiliate-credits.ts';
import { answering } from './answering.ts';
import type { Connections } from './connections.ts';
import { Answers, findAnswers, keepGiven } from './idempotency.ts';
import { enterOrganization, type Names } from './names.ts';
import { query } from './query.ts';
import { reportDialect as dialect } from './report.ts';
import type { Session } from './session.ts';
import { passingStatement } from './statement.ts';
import { takeTurn } from './turn.ts';
import { ofOrganizations } from './wall.ts';

export function createAffiliateReads(reporting: Connections, names: Names): AffiliateReads {
  const all = async <Row>(organizationId: string, question: (organization: number) => Compilable<Row>) => {
    const organization = await names.organization(organizationId);
    const asked = passingStatement(question(organization).compile());
    return reporting.snapshot(ofOrganizations(organization), (session) => session.all(asked, {}));
  };
  return {
    affiliatePeriods: answering(async (id) =>
      (await all(id, (organization) => affiliatePeriods(query, organization))).map(affiliatePeriodOf),
    ),
    affiliateLines: answering(async (id, periodNumber) =>
      (await all(id, (organization) => affiliateLines(query, organization, periodNumber))).map(
        affiliateLineOf,
      ),
    ),
    affiliateAccounts: answering(async (id) =>
      (await all(id, (organization) => affiliateAccounts(query, organization))).map(affiliateAccountOf),
    ),
    affiliateCredits: answering(async (id, version, model, period) =>
      (await all(id, (organization) => affiliateCredits(organization, version, model, period))).map(
        affiliateCreditOf,
      ),
    ),
    affiliateTraffic: answering(async (id, period) =>
      (await all(id, (organization) => affiliateTraffic(dialect, organization, period))).map(
        affiliateTrafficOf,
      ),
    ),
    affiliateClicks: answering(async (id, period) =>
      (await all(id, (organization) => affiliateClicks(dialect, organization, period))).map(affiliateClickOf),
    ),
    erasureCount: answering(async (id) => {
      const [row] = await all(id, (organization) => erasureCount(query, organization));
      return row?.total ?? 0;
    }),
    affiliateCauses: answering(async (id, keys, since, lookbackDays) =>
      affiliateCausesOf(
        await all(id, (organization) => affiliateCauses(dialect, organization, keys, since, lookbackDays)),
        since,
      ),
    ),
  };
}

type SessionWrites = {
  readonly [Kind in keyof AffiliateWrites]: (
    session: Session,
    input: Parameters<AffiliateWrites[Kind]>[0],
  ) => Promise<ReturnType<AffiliateWrites[Kind]>>;
};

export const affiliateWrites: SessionWrites = {
  async closeAffiliatePeriod(session, input) {
    const { organizationId, period, erasures, once } = input;
    const organization = await enterOrganization(session, organizationId);
    // Erasures take this turn too: an earlier one is counted here, a later one finds what is stated here.
    await takeTurn(session, organization, new Map([['touch', 0]]));
    const answers = new Answers(
      await findAnswers(session, organization, once === undefined ? [] : [once.key]),
    );
    const room = {
      findAnswer: (asked: Once) => answers.find(asked),
      keepAnswer: (kept: KeptAnswer) => answers.keep(kept),
    };
    // It concerns no customer.
    const outcome = doOnce(
      room,
      { once, now: period.closedTime },
      () => '',
      () => ({ periodId: period.id }),
    );
    if (outcome.periodId !== period.id) return outcome;
    const counting = passingStatement(erasureCount(query, organization).compile());
    requireNoErasure(erasures, await session.all(counting, {}));
    const closing = closePeriod(query, affiliatePeriodRowOf(organization, period)).compile();
    const closed = await session.all(passingStatement(closing), {});
    if (closed.length === 0) throw new Failure('conflict', 'Another period was closed meanwhile.');
    await addStatement({ session, organizationId: organization }, input);
    keepGiven(session, organization, answers);
    return outcome;
  },
  async forgetStatedClicks(session, { organizationId, about }) {
    const organization = await enterOrganization(session, organizationId);
    // Closing takes it too: what is stated meanwhile about the same period is forgotten here.
    await takeTurn(session, organization, new Map([['touch', 0]]));
    for (const each of forgettingClicks(query, organization, about)) {
      session.send(passingStatement(each.compile()), {});
    }
    return null;
  },
};
