import { type Compilable, type RawBuilder, sql } from 'kysely';
import { attributionModels } from '../../domain/attribution-models.ts';
import type { Cohorts } from '../../domain/published-report.ts';
import { modelColumns } from '../money-schema.ts';
import type { CohortQuestion } from '../ports/report.ts';
import { groupNumber, joinGroups, type ReportDialect } from '../queries/credit-sum.ts';
import { raw } from '../queries/raw.ts';

/** What customers of a group who first paid in one span paid in another, and how many of them first paid in that one. */
export interface CohortSumRow {
  readonly group_number: number;
  /** The numbers of both spans count from 1. */
  readonly cohort: number;
  readonly bucket: number;
  readonly customers: number;
  readonly conversions: number;
  readonly revenue: string;
  readonly refunds: string;
}

/** Sums up what customers paid whose first conversion lies in the period. */
export function cohortSums(
  dialect: ReportDialect,
  organizationId: number,
  question: CohortQuestion,
): Compilable<CohortSumRow> {
  const { spans } = question;
  const starts = sql`${spans.map(({ from }) => from)}::bigint[]`;
  return raw(
    dialect.query,
    sql<CohortSumRow>`
      select ${groupNumber(question, 'paid')} as group_number, paid.cohort, paid.bucket,
        cast(sum(paid.customers) as bigint) as customers, cast(sum(paid.conversions) as bigint) as conversions,
        cast(sum(paid.revenue) as text) as revenue, cast(sum(paid.refunds) as text) as refunds
      from (
        select first.tuple_id, width_bucket(first.occurred_time, ${starts}) as cohort,
          width_bucket(c.occurred_time, ${starts}) as bucket, count(*) as conversions,
          count(case when c.conversion_key = first.conversion_key then 1 end) as customers,
          sum(c.amount) as revenue, sum(c.refunded_amount) as refunds
        from (${firstConversions(organizationId, question)}) as first
        join conversions as c on c.organization_id = ${organizationId} and c.customer_id = first.customer_id
          and c.currency = ${question.currency} and c.occurred_time < ${spans.at(-1)?.until ?? 0}
        group by 1, 2, 3
      ) as paid
      ${joinGroups(dialect, question, 'paid')}
      group by 1, 2, 3`,
  );
}

/**
 * With the tuple of the one touch each is credited to. What is joined to them comes after the offset: otherwise the planner may
 * look for the first conversion of each conversion's customer.
 */
function firstConversions(
  organizationId: number,
  { settingsVersion, currency, model, period }: CohortQuestion,
): RawBuilder<unknown> {
  const weight = sql.ref(`k.weight_${modelColumns[attributionModels.indexOf(model)]}`);
  return sql`
    select f.customer_id, f.conversion_key, f.occurred_time, k.tuple_id
    from conversions as f
    join credits as k on k.organization_id = ${organizationId} and k.settings_version = ${settingsVersion}
      and k.conversion_key = f.conversion_key and ${weight} > 0
    where f.organization_id = ${organizationId} and f.is_first = 1 and f.currency = ${currency}
      and f.occurred_time >= ${period.start} and f.occurred_time < ${period.end}
    offset 0`;
}

export function cohortsOf({ spans }: CohortQuestion, rows: readonly CohortSumRow[]): Cohorts {
  const customers = new Map<number, number>();
  for (const { group_number: group, customers: count } of rows)
    if (count > 0) customers.set(group, (customers.get(group) ?? 0) + count);
  const bucketAt = (number: number) => spans[number - 1]?.bucket ?? 0;
  const sums = rows.map(({ group_number: group, cohort, bucket, conversions, revenue, refunds }) => ({
    ...{ group, cohort: bucketAt(cohort), bucket: bucketAt(bucket), conversions },
    ...{ revenue: BigInt(revenue), refunds: BigInt(refunds) },
  }));
  return { sums, customers };
}
