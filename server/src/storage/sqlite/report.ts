import { type Compilable, type SqlBool, sql } from 'kysely';
import type { CreditQuestion, CreditSums, Span } from '../../domain/credit-sum.ts';
import type { OfflineConversion } from '../../domain/offline-conversion.ts';
import { withoutPauses } from '../../domain/pauses.ts';
import type { Cohorts } from '../../domain/published-report.ts';
import { gatherJourneys } from '../journey.ts';
import { gatherPaths } from '../paths.ts';
import type {
  CohortQuestion,
  CreditedCustomers,
  CreditsInForce,
  JourneyQuestion,
  JourneySums,
  OfflineQuestion,
  PathQuestion,
  ReadPaths,
  SpendSum,
} from '../ports/report.ts';
import { creditSumQueries, type ReportDialect } from '../queries/credit-sum.ts';
import { requireMoments } from '../queries/credited-customer.ts';
import { sharedBy } from '../queries/offline-conversion.ts';
import { journeyConversions, journeyTouches, pathConversions, pathTouches } from '../queries/path.ts';
import { creditCurrencies, creditsInForce, spendSums, tupleKeys } from '../queries/report.ts';
import { type OfflineConversionRow, offlineConversionsOf } from '../rows/offline-conversion.ts';
import {
  type Cells,
  type CreditSumAnswer,
  creditSumsOf,
  creditsInForceOf,
  spendSumOf,
} from '../rows/report.ts';
import { gatherCohorts } from './cohort.ts';
import { type Connection, countedRow, largeSum, query } from './connection.ts';
import { conversionsWithin, creditedCustomers } from './credited-customer.ts';
import { isTooLargeSum } from './errors.ts';
import { offlineConversions, offlineTouches, sharedOfflineKeys } from './offline-conversion.ts';
import type { Table } from './prepared.ts';

/** Reports examine so many rows that counting one in sixteen is enough. */
export const reportDialect: ReportDialect = {
  query,
  numbers: (columns) => {
    const names = Object.keys(columns);
    const length = columns[names[0] ?? '']?.length ?? 0;
    const rows = Array.from({ length }, (_none, row) => names.map((name) => columns[name]?.[row]));
    // With a type, so that an index SQLite builds on these rows can be searched by number.
    const values = names.map(
      (name, index) => sql`cast(value ->> ${sql.lit(index)} as integer) as ${sql.ref(name)}`,
    );
    return sql`select ${sql.join(values)} from json_each(${JSON.stringify(rows)})`;
  },
  counted: (column) => sql<SqlBool>`(${sql.ref(column)} & 15 <> 0 or ${countedRow(column)})`,
  exactSum: (whole) => sql`sum(${whole})`,
  // SQLite itself tracks and compensates the rounding error of a sum.
  sumOfFractions: (fractions) => sql`sum(${fractions})`,
  thenJoin: sql`cross join`,
  lookedUp: (rows) => sql`with listed as materialized (${rows}) select * from listed`,
  beforehand: (implied) => implied,
};

/** For sums that SQLite's own refuses, since they are no longer integers of it. */
const dialectOfLargeSums: ReportDialect = { ...reportDialect, exactSum: (whole) => largeSum(whole) };

/** Runs the queries of reports. */
export class ReportReader {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  all<Row>(question: Compilable<Row>): readonly Row[] {
    return this.#connection.all(question);
  }

  inForce(organizationId: number): CreditsInForce {
    return creditsInForceOf(this.#connection.all(creditsInForce(reportDialect, organizationId))[0]);
  }

  creditSums(organizationId: number, question: CreditQuestion): CreditSums {
    return ofAnySize((dialect) => this.#creditSums(dialect, organizationId, question));
  }

  #creditSums(dialect: ReportDialect, organizationId: number, question: CreditQuestion): CreditSums {
    const queries = creditSumQueries(dialect, organizationId, question);
    const adding = creditSumsOf(
      question,
      queries.map((each) => ({ columns: columnsIn(this.#connection.table(each)), bucketOf: each.bucketOf })),
    );
    // Nobody else uses this thread.
    return withoutPauses(adding);
  }

  creditedCustomers(organizationId: number, question: CreditQuestion): readonly CreditedCustomers[] {
    requireMoments(question);
    const { moments } = question.spans;
    const count = (from: number, until: number) => this.#conversionsWithin(organizationId, from, until);
    const counting = creditedCustomers(reportDialect, organizationId, question, moments, count);
    return this.#connection
      .all(counting)
      .map(({ bucket, group_number: group, customers }) => ({ bucket, group, customers }));
  }

  #conversionsWithin(organizationId: number, from: number, until: number): number {
    const counting = conversionsWithin(query, organizationId, from, until);
    return this.#connection.all(counting)[0]?.total ?? 0;
  }

  currencies(organizationId: number, settingsVersion: number): readonly string[] {
    const rows = this.#connection.all(creditCurrencies(reportDialect, organizationId, settingsVersion));
    return rows.map(({ currency }) => currency);
  }

  tupleKeys(organizationId: number): readonly number[] {
    return this.#connection.all(tupleKeys(reportDialect, organizationId)).map(({ tuple_id: key }) => key);
  }

  journeys(organizationId: number, question: JourneyQuestion): JourneySums {
    return this.#gathered(gatherJourneys(question), (page) =>
      page.of === 'touches'
        ? journeyTouches(reportDialect, organizationId, question, page)
        : journeyConversions(reportDialect, organizationId, question, page),
    );
  }

  paths(organizationId: number, question: PathQuestion): ReadPaths {
    return this.#gathered(gatherPaths(question), (page) =>
      page.of === 'touches'
        ? pathTouches(reportDialect, organizationId, question, page)
        : pathConversions(reportDialect, organizationId, question, page),
    );
  }

  /** Answers each page that is asked for with the cells of its rows. */
  #gathered<Page, Rows, Result>(
    gathering: Generator<Page, Result, Rows>,
    asked: (page: Page) => Compilable<unknown>,
  ): Result {
    let step = gathering.next();
    while (step.done !== true)
      step = gathering.next(this.#connection.table(asked(step.value)).rows as unknown as Rows);
    return step.value;
  }

  cohorts(organizationId: number, question: CohortQuestion): Cohorts {
    return gatherCohorts(
      reportDialect,
      organizationId,
      question,
      (asked) => this.#connection.table(asked).rows,
    );
  }

  spendSums(organizationId: number, currency: string, days: readonly Span[]): readonly SpendSum[] {
    return ofAnySize((dialect) =>
      this.#connection.all(spendSums(dialect, organizationId, currency, days)).map(spendSumOf),
    );
  }

  offlineConversions(organizationId: number, question: OfflineQuestion): readonly OfflineConversion[] {
    const conversions = this.#connection.all(offlineConversions(reportDialect, organizationId, question));
    const touches = this.#connection.all(offlineTouches(reportDialect, organizationId, question));
    return offlineConversionsOf(conversions, touches, this.#sharedOf(organizationId, question, conversions));
  }

  #sharedOf(
    organizationId: number,
    { sharedKey }: OfflineQuestion,
    conversions: readonly OfflineConversionRow[],
  ): ReturnType<typeof sharedBy> {
    if (sharedKey === null) return () => false;
    const asked = sharedOfflineKeys(reportDialect, organizationId, sharedKey, conversions);
    return sharedBy(sharedKey, this.#connection.all(asked));
  }
}

/** SQLite's own sums are many times as fast as those without a limit, and enough for nearly everybody. */
function ofAnySize<Sums>(read: (dialect: ReportDialect) => Sums): Sums {
  try {
    return read(reportDialect);
  } catch (error) {
    if (!isTooLargeSum(error)) throw error;
    return read(dialectOfLargeSums);
  }
}

function columnsIn({ columns, rows }: Table): CreditSumAnswer['columns'] {
  return new Map(columns.map((name, place) => [name, rows.map((cells) => cells[place]) as Cells]));
}
