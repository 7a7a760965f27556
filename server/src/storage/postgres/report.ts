import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Compilable, type RawBuilder, sql } from 'kysely';
import { inTurns } from '../../domain/pauses.ts';
import { gatherPaths, type PathConversion, type PathPage, type PathTouch } from '../paths.ts';
import type { PathQuestion, ReportReads } from '../ports/report.ts';
import { creditSumQueries, type ReportDialect } from '../queries/credit-sum.ts';
import { creditedCustomersQuery, requireMoments } from '../queries/credited-customer.ts';
import { pathConversions, pathTouches } from '../queries/path.ts';
import { creditCurrencies, creditsInForce, spendSums, tupleKeys } from '../queries/report.ts';
import { creditSumsOf, creditsInForceOf, spendSumOf } from '../rows/report.ts';
import { answering } from './answering.ts';
import { cohortSums, cohortsOf } from './cohort.ts';
import { columnsIn, inColumns } from './columns.ts';
import type { Connections } from './connections.ts';
import { convertedCustomers, journeyPaths, journeySumsOf } from './journey.ts';
import type { Names } from './names.ts';
import { readOfflineConversions } from './offline-conversion.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';
import { passingStatement } from './statement.ts';
import { ofOrganizations } from './wall.ts';

/**
 * Rounds a fraction to a multiple of 2^-26, so that sums are exact, by adding a number large enough to leave no room for
 * smaller bits. The sums of the remainders are so small that their rounding never shows.
 */
function coarse(fractions: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`((${fractions}) + ${coarseness} - ${coarseness})`;
}

const coarseness = sql.lit(1.5 * 2 ** 26);

export const reportDialect: ReportDialect = {
  query,
  numbers: (columns) => {
    const arrays = Object.values(columns).map((values) => sql`${values}::bigint[]`);
    const names = Object.keys(columns).map((name) => sql.ref(name));
    return sql`select * from unnest(${sql.join(arrays)}) as listed(${sql.join(names)})`;
  },
  counted: () => sql`true`,
  exactSum: (whole) => sql`cast(sum(${whole}) as text)`,
  sumOfFractions: (fractions) => sql`sum(${coarse(fractions)}) + sum((${fractions}) - ${coarse(fractions)})`,
  thenJoin: sql`join`,
  lookedUp: (rows) => rows,
  beforehand: () => sql`true`,
};

/** The reads of reports, which take long, on connections of their own. */
export function createReportReads(reporting: Connections, names: Names): ReportReads {
  const all = <const Rows extends readonly unknown[]>(
    organization: number,
    queries: { readonly [Place in keyof Rows]: Compilable<Rows[Place]> },
  ) =>
    reporting.snapshot(ofOrganizations(organization), async (session) => {
      const answers = queries.map((each) => session.all(passingStatement(each.compile()), {}));
      return (await Promise.all(answers)) as { -readonly [Place in keyof Rows]: Rows[Place][] };
    });
  return {
    creditsInForce: answering(async (organizationId) => {
      const organization = await names.organization(organizationId);
      const [rows = []] = await all(organization, [creditsInForce(reportDialect, organization)]);
      return creditsInForceOf(rows[0]);
    }),
    creditSums: answering(async (organizationId, question) => {
      const organization = await names.organization(organizationId);
      const queries = creditSumQueries(reportDialect, organization, question);
      const answers = await all(organization, queries.map(inColumns));
      const adding = creditSumsOf(
        question,
        queries.map(({ columns, bucketOf }, place) => {
          return { columns: columnsIn(columns, answers[place]?.[0]), bucketOf };
        }),
      );
      return inTurns(adding, nextTurn);
    }),
    creditedCustomers: answering(async (organizationId, question) => {
      requireMoments(question);
      const organization = await names.organization(organizationId);
      const counting = creditedCustomersQuery(reportDialect, organization, question, question.spans.moments);
      const [rows = []] = await all(organization, [counting]);
      return rows.map(({ bucket, group_number: group, customers }) => ({ bucket, group, customers }));
    }),
    creditCurrencies: answering(async (organizationId, settingsVersion) => {
      const organization = await names.organization(organizationId);
      const [rows = []] = await all(organization, [
        creditCurrencies(reportDialect, organization, settingsVersion),
      ]);
      return rows.map(({ currency }) => currency);
    }),
    tupleKeys: answering(async (organizationId) => {
      const organization = await names.organization(organizationId);
      const [rows = []] = await all(organization, [tupleKeys(reportDialect, organization)]);
      return rows.map(({ tuple_id: key }) => key);
    }),
    journeys: answering(async (organizationId, question) => {
      const organization = await names.organization(organizationId);
      const [rows, [converted]] = await all(organization, [
        journeyPaths(reportDialect, organization, question),
        convertedCustomers(reportDialect, organization, question),
      ]);
      return journeySumsOf(question, rows, converted?.customers ?? 0);
    }),
    paths: answering(async (organizationId, question) => {
      const organization = await names.organization(organizationId);
      return reporting.snapshot(ofOrganizations(organization), async (session) => {
        const gathering = gatherPaths(question);
        let step = gathering.next();
        while (step.done !== true) {
          step = gathering.next(await pathPage(session, organization, question, step.value));
        }
        return step.value;
      });
    }),
    cohorts: answering(async (organizationId, question) => {
      const organization = await names.organization(organizationId);
      const [rows = []] = await all(organization, [cohortSums(reportDialect, organization, question)]);
      return cohortsOf(question, rows);
    }),
    spendSums: answering(async (organizationId, currency, days) => {
      const organization = await names.organization(organizationId);
      const [rows = []] = await all(organization, [spendSums(reportDialect, organization, currency, days)]);
      return rows.map(spendSumOf);
    }),
    offlineConversions: answering(async (organizationId, question) => {
      const organization = await names.organization(organizationId);
      return reporting.snapshot(ofOrganizations(organization), (session) =>
        readOfflineConversions(session, organization, question),
      );
    }),
  };
}

async function pathPage(
  session: Session,
  organization: number,
  question: PathQuestion,
  page: PathPage,
): Promise<readonly PathTouch[] | readonly PathConversion[]> {
  if (page.of === 'touches') {
    const asked = passingStatement(pathTouches(reportDialect, organization, question, page).compile());
    const rows = await session.all(asked, {});
    return rows.map((row): PathTouch => [row.customer_id, row.occurred_time, row.tuple_id]);
  }
  const asked = passingStatement(pathConversions(reportDialect, organization, question, page).compile());
  const rows = await session.all(asked, {});
  return rows.map((row): PathConversion => [row.customer_id, row.occurred_time, row.amount, row.is_asked]);
}
