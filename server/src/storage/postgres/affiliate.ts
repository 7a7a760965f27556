import type { Compilable } from 'kysely';
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
import { answering } from './answering.ts';
import type { Connections } from './connections.ts';
import { enterOrganization, type Names } from './names.ts';
import { query } from './query.ts';
import { reportDialect as dialect } from './report.ts';
import type { Session } from './session.ts';
import { passingStatement } from './statement.ts';
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
      (await all(id, (organization) => affiliateCredits(dialect, organization, version, model, period))).map(
        affiliateCreditOf,
      ),
    ),
    affiliateTraffic: answering(async (id, period) =>
      (await all(id, (organization) => affiliateTraffic(dialect, organization, period))).map(
        affiliateTrafficOf,
      ),
    ),
    affiliateCauses: answering(async (id, keys, since) =>
      affiliateCausesOf(
        await all(id, (organization) => affiliateCauses(dialect, organization, keys, since)),
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
  async closeAffiliatePeriod(session, { organizationId, period, lines, accounts, restated }) {
    const organization = await enterOrganization(session, organizationId);
    const closing = closePeriod(query, affiliatePeriodRowOf(organization, period)).compile();
    const closed = await session.all(passingStatement(closing), {});
    if (closed.length === 0) throw new Failure('conflict', 'Another period was closed meanwhile.');
    const statements = closingStatements(query, organization, {
      lines: lines.map((line, index) => affiliateLineRowOf(organization, period.number, line, index)),
      accounts: accounts.map((account, index) => affiliateAccountRowOf(organization, account, index)),
      restated,
    });
    for (const each of statements) await session.run(passingStatement(each.compile()), {});
    return null;
  },
  async forgetStatedClicks(session, { organizationId, about }) {
    const organization = await enterOrganization(session, organizationId);
    for (const each of forgettingClicks(query, organization, about)) {
      session.send(passingStatement(each.compile()), {});
    }
    return null;
  },
};
