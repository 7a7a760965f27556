import { type OwnAttributionSettings, wholeAttributionSettings } from '../../domain/attribution-settings.ts';
import {
  addMeasures,
  type CreditMeasures,
  type CreditQuestion,
  type CreditSum,
} from '../../domain/credit-sum.ts';
import type { CohortSumRow } from '../queries/cohort.ts';
import { type CreditSumRow, columnsOf } from '../queries/credit-sum.ts';
import type { SpendSumRow } from '../queries/report.ts';
import type { CreditsInForce, ReadCohorts, SpendSum } from '../ports/report.ts';
import type { ModelColumn } from '../money-schema.ts';

/** Adds up the rows of several queries, by bucket and group. */
export function creditSumsOf(
  question: CreditQuestion,
  answers: readonly (readonly CreditSumRow[])[],
): readonly CreditSum[] {
  const columns = columnsOf(question);
  const sums = new Map<string, CreditSum>();
  for (const row of answers.flat()) {
    const { bucket, group_number: group } = row;
    const key = `${bucket} ${group}`;
    const measures = columns.map((column) => measuresOf(row, column));
    const known = sums.get(key);
    sums.set(key, {
      bucket,
      group,
      measures: known === undefined ? measures : addMeasures(known.measures, measures),
    });
  }
  return [...sums.values()];
}

/** What a query does not ask for is nothing. */
function measuresOf(row: CreditSumRow, column: ModelColumn): CreditMeasures {
  return {
    conversions: Number(row[`conversions_${column}`] ?? 0),
    newCustomers: Number(row[`new_customers_${column}`] ?? 0),
    revenue: BigInt(row[`revenue_${column}`] ?? 0),
    refunds: BigInt(row[`refunds_${column}`] ?? 0),
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
