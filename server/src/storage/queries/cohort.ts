import { type Compilable, type RawBuilder, sql } from 'kysely';
import { attributionModels } from '../../domain/attribution-models.ts';
import type { Span } from '../../domain/credit-sum.ts';
import { modelColumns } from '../money-schema.ts';
import type { CohortQuestion } from '../ports/report.ts';
import { groupNumber, joinGroups, type ReportDialect } from './credit-sum.ts';
import { raw } from './raw.ts';

export interface CohortSumRow {
  readonly group_number: number;
  readonly cohort: number;
  readonly bucket: number;
  readonly conversions: number;
  readonly revenue: string;
  readonly refunds: string;
}

/** What customers paid whose first conversion lies in a cohort, by span of payment. */
export function cohortSums(
  dialect: ReportDialect,
  organizationId: number,
  question: CohortQuestion,
): Compilable<CohortSumRow> {
  const { thenJoin } = dialect;
  const cells = cellsOf(dialect, question.spans);
  return raw(
    dialect.query,
    sql<CohortSumRow>`
      select ${groupNumber(question, 'paid')} as group_number, paid.cohort, paid.bucket,
        cast(sum(paid.conversions) as bigint) as conversions, cast(sum(paid.revenue) as text) as revenue,
        cast(sum(paid.refunds) as text) as refunds
      from (
        select k.tuple_id, starts.bucket as cohort, spans.bucket, count(*) as conversions,
          sum(c.amount) as revenue, sum(c.refunded_amount) as refunds
        ${firstConversions(dialect, organizationId, question)}
        ${thenJoin} conversions as c on c.organization_id = ${organizationId}
          and c.customer_id = f.customer_id and c.currency = ${question.currency}
        ${thenJoin} (${dialect.lookedUp(cells.rows)}) as spans
          on spans.cell = ${cells.of(sql.ref('c.occurred_time'))}
          and c.occurred_time >= spans.from_number and c.occurred_time < spans.until_number
        where ${dialect.counted('k.touch_key')}
        group by 1, 2, 3
      ) as paid
      ${joinGroups(dialect, question, 'paid')}
      group by 1, 2, 3`,
  );
}

/** The number of customers in each group. */
export function cohortCustomers(
  dialect: ReportDialect,
  organizationId: number,
  question: CohortQuestion,
): Compilable<{ group_number: number; customers: number }> {
  return raw(
    dialect.query,
    sql<{ group_number: number; customers: number }>`
      select ${groupNumber(question, 'k')} as group_number, count(*) as customers
      ${firstConversions(dialect, organizationId, question)}
      ${joinGroups(dialect, question, 'k')}
      where ${dialect.counted('k.touch_key')}
      group by 1`,
  );
}

/** A row per customer: its first conversion and the one touch that the model credits for it. */
function firstConversions(
  dialect: ReportDialect,
  organizationId: number,
  question: CohortQuestion,
): RawBuilder<unknown> {
  const { settingsVersion, currency, model, cohorts } = question;
  const weight = sql.ref(`k.weight_${modelColumns[attributionModels.indexOf(model)]}`);
  return sql`
    from (${spanRows(dialect, cohorts)}) as starts
    ${dialect.thenJoin} conversions as f on f.organization_id = ${organizationId}
      and f.occurred_time >= starts.from_number and f.occurred_time < starts.until_number
      and f.is_first = 1 and f.currency = ${currency}
    ${dialect.thenJoin} credits as k on k.organization_id = ${organizationId}
      and k.settings_version = ${settingsVersion} and k.conversion_key = f.conversion_key
      and ${weight} > 0`;
}

/**
 * Spans with the cells that they touch, of which there are twice as many as spans, all of one length: a moment's span is
 * looked up by the cell, instead of going through all spans for each moment.
 */
function cellsOf({ numbers }: ReportDialect, spans: readonly Span[]) {
  const start = spans[0]?.from ?? 0;
  const length = Math.max(1, Math.ceil(((spans.at(-1)?.until ?? 1) - start) / (2 * spans.length)));
  const touched = spans.flatMap((span) => {
    const first = Math.floor((span.from - start) / length);
    const last = Math.floor((span.until - 1 - start) / length);
    return Array.from({ length: last - first + 1 }, (_none, place) => ({ ...span, cell: first + place }));
  });
  return {
    rows: numbers({
      cell: touched.map(({ cell }) => cell),
      bucket: touched.map(({ bucket }) => bucket),
      from_number: touched.map(({ from }) => from),
      until_number: touched.map(({ until }) => until),
    }),
    of: (moment: RawBuilder<unknown>) => sql`(${moment} - ${sql.lit(start)}) / ${sql.lit(length)}`,
  };
}

function spanRows({ numbers }: ReportDialect, spans: readonly Span[]): RawBuilder<unknown> {
  return numbers({
    bucket: spans.map(({ bucket }) => bucket),
    from_number: spans.map(({ from }) => from),
    until_number: spans.map(({ until }) => until),
  });
}
