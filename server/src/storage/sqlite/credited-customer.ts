import { type Compilable, type Kysely, sql } from 'kysely';
import type { CreditQuestion, Span } from '../../domain/credit-sum.ts';
import { groupNumber, joinGroups, joinTouches, type ReportDialect, spanRows } from '../queries/credit-sum.ts';
import {
  type CreditedCustomersRow,
  creditedCustomersQuery,
  isCredited,
} from '../queries/credited-customer.ts';
import { raw } from '../queries/raw.ts';
import type { Schema } from '../schema.ts';

/** Each conversion is compared with each span where they are read in the order of customers. */
const mostSpansByCustomer = 31;
/** A conversion outside the spans that is passed over takes so small a part of the time of one that is looked up by its time. */
const passedOverPart = 1 / 16;

/**
 * Counts customers customer by customer if the spans have a large enough part of all conversions. By time, each of them is on
 * another page, and what is counted must be sorted by group with all its customers. `count` tells how many conversions there
 * are from one moment to another.
 */
export function creditedCustomers(
  dialect: ReportDialect,
  organizationId: number,
  question: CreditQuestion,
  spans: readonly Span[],
  count: (from: number, until: number) => number,
): Compilable<CreditedCustomersRow> {
  const from = Math.min(...spans.map((span) => span.from));
  const until = Math.max(...spans.map((span) => span.until));
  const isLargePart = () =>
    count(from, until) > count(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER) * passedOverPart;
  const ask =
    spans.length <= mostSpansByCustomer && isLargePart() ? creditedCustomersInOrder : creditedCustomersQuery;
  return ask(dialect, organizationId, question, spans);
}

/** How many conversions there are between two moments, by an index alone. */
export function conversionsWithin(
  query: Kysely<Schema>,
  organizationId: number,
  from: number,
  until: number,
): Compilable<{ total: number }> {
  return query
    .selectFrom('conversions')
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .where('organization_id', '=', organizationId)
    .where('occurred_time', '>=', from)
    .where('occurred_time', '<', until);
}

/** As `creditedCustomersQuery`, with the conversions of each customer after those of another. */
export function creditedCustomersInOrder(
  dialect: ReportDialect,
  organizationId: number,
  question: CreditQuestion,
  spans: readonly Span[],
): Compilable<CreditedCustomersRow> {
  const { query, numbers, counted, lookedUp } = dialect;
  // The plus keeps SQLite from reading by time after all.
  return raw(
    query,
    sql<CreditedCustomersRow>`
      select bucket, group_number, count(*) as customers
      from (
        select distinct c.customer_id, spans.bucket as bucket, ${groupNumber(question, 'k')} as group_number
        from conversions as c
        cross join (${lookedUp(spanRows(numbers, spans))}) as spans
        cross join credits as k on k.organization_id = ${organizationId}
          and k.settings_version = ${question.settingsVersion} and k.conversion_key = c.conversion_key
        ${joinGroups(dialect, question, 'k')}
        ${joinTouches(dialect, organizationId, question)}
        where ${counted('k.touch_key')} and c.organization_id = ${organizationId}
          and c.currency = ${question.currency}
          and +c.occurred_time >= spans.from_number and +c.occurred_time < spans.until_number
          and ${isCredited(question)}
      ) as credited
      group by 1, 2`,
  );
}
