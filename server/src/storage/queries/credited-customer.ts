import { type Compilable, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { CreditQuestion, Span } from '../../domain/credit-sum.ts';
import { columnsOf, creditsInSpans, groupNumber, type ReportDialect } from './credit-sum.ts';
import { raw } from './raw.ts';

/** Fails for roll-up spans, which do not know customers. */
export function requireMoments({ spans: { years, months, days } }: CreditQuestion): void {
  if (years.length + months.length + days.length > 0)
    throw new Error('Customers are counted by single credits.');
}

export interface CreditedCustomersRow {
  readonly bucket: number;
  readonly group_number: number;
  readonly customers: number;
}

/** How many customers are behind the credits of each bucket and group. */
export function creditedCustomersQuery(
  dialect: ReportDialect,
  organizationId: number,
  question: CreditQuestion,
  spans: readonly Span[],
): Compilable<CreditedCustomersRow> {
  const { query, counted } = dialect;
  return raw(
    query,
    sql<CreditedCustomersRow>`
      select spans.bucket, ${groupNumber(question, 'k')} as group_number,
        count(distinct c.customer_id) as customers
      ${creditsInSpans(dialect, organizationId, question, spans)}
      where ${counted('k.touch_key')} and ${isCredited(question)}
      group by 1, 2`,
  );
}

/** Whether one of the models credits a touch. */
export function isCredited(question: CreditQuestion): RawBuilder<SqlBool> {
  const models = columnsOf(question).map((model) => sql`${sql.ref(`k.weight_${model}`)} > 0`);
  return sql`(${sql.join(models, sql` or `)})`;
}
