import { type OwnAttributionSettings, wholeAttributionSettings } from '../../domain/attribution-settings.ts';
import {
  addMeasures,
  type CreditMeasures,
  type CreditQuestion,
  type CreditSum,
} from '../../domain/credit-sum.ts';
import type { ModelColumn } from '../money-schema.ts';
import type { CreditsInForce, ReadCohorts, SpendSum } from '../ports/report.ts';
import type { CohortSumRow } from '../queries/cohort.ts';
import { type CreditSumRow, columnsOf } from '../queries/credit-sum.ts';
import type { SpendSumRow } from '../queries/report.ts';

/** The rows of a query, and which bucket is meant by the number that they name as theirs. */
export interface CreditSumAnswer {
  readonly rows: readonly CreditSumRow[];
  readonly bucketOf: (number: number) => number;
}

/** Adds up the rows of several queries, by bucket and group. */
export function creditSumsOf(
  question: CreditQuestion,
  answers: readonly CreditSumAnswer[],
): readonly CreditSum[] {
  const columns = columnsOf(question).map(namesOf);
  const sums = new Map<number, Map<number, CreditSum>>();
  for (const { rows, bucketOf } of answers) {
    for (const row of rows) {
      const [bucket, group] = [bucketOf(row.bucket), row.group_number];
      const ofBucket = sums.get(bucket) ?? new Map<number, CreditSum>();
      sums.set(bucket, ofBucket);
      const measures = columns.map((column) => measuresOf(row, column));
      const known = ofBucket.get(group);
      ofBucket.set(group, {
        bucket,
        group,
        measures: known === undefined ? measures : addMeasures(known.measures, measures),
      });
    }
  }
  return Array.from(sums.values(), (ofBucket) => [...ofBucket.values()]).flat();
}

/** Once for all rows. */
function namesOf(column: ModelColumn) {
  return {
    conversions: `conversions_${column}`,
    newCustomers: `new_customers_${column}`,
    revenue: `revenue_${column}`,
    refunds: `refunds_${column}`,
  };
}

/** What a query does not ask for is nothing. */
function measuresOf(row: CreditSumRow, names: ReturnType<typeof namesOf>): CreditMeasures {
  return {
    conversions: Number(row[names.conversions] ?? 0),
    newCustomers: Number(row[names.newCustomers] ?? 0),
    revenue: BigInt(row[names.revenue] ?? 0),
    refunds: BigInt(row[names.refunds] ?? 0),
  };
}

/** The first version, by default settings, is in force until another was. */
export function readCohortsOf(
  rows: readonly CohortSumRow[],
  counted: readonly { readonly group_number: number; readonly customers: number }[],
): ReadCohorts {
  const sums = rows.map(({ group_number: group, cohort, bucket, conversions, revenue, refunds }) => {
    return { group, cohort, bucket, conversions, revenue: BigInt(revenue), refunds: BigInt(refunds) };
  });
  return { sums, customers: new Map(counted.map((row) => [row.group_number, row.customers])) };
}

export function creditsInForceOf(
  row: { readonly settings_version: number; readonly content: string | null } | undefined,
): CreditsInForce {
  const { settings_version: settingsVersion, content } = row ?? { settings_version: 1, content: null };
  const own = content === null ? null : (JSON.parse(content) as OwnAttributionSettings);
  return { settingsVersion, settings: wholeAttributionSettings(own) };
}

export function spendSumOf(row: SpendSumRow): SpendSum {
  const { sub_affiliate: subAffiliate, sales_agent: salesAgent, amount, ...same } = row;
  return { ...same, subAffiliate, salesAgent, amount: BigInt(amount) };
}
