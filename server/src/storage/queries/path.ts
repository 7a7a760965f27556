import { sql } from 'kysely';
import { millisecondsPerDay } from '../../domain/time.ts';
import type { JourneyPage } from '../journey.ts';
import type { PathPage } from '../paths.ts';
import type { JourneyQuestion, PathQuestion } from '../ports/report.ts';
import type { ReportDialect } from './credit-sum.ts';
import { isOfCustomer } from './owner.ts';
import { raw } from './raw.ts';

/** The page's touches that may be steps of a path. Only customers have paths. */
export function pathTouches(
  { query, counted }: ReportDialect,
  organizationId: number,
  { period, lookbackDays }: PathQuestion,
  { after, limit }: Extract<PathPage, { of: 'touches' }>,
) {
  return query
    .selectFrom('touches')
    .select(['customer_id', 'occurred_time', 'tuple_id'])
    .where('organization_id', '=', organizationId)
    .where('customer_id', '>', after)
    .where(isOfCustomer('customer_id'))
    .where('occurred_time', '>=', period.start - lookbackDays * millisecondsPerDay)
    .where('occurred_time', '<', period.end)
    .where(counted('touch_key'))
    .orderBy('customer_id')
    .orderBy('touch_key')
    .limit(limit);
}

/** The page's conversions in the period, in any currency. */
export function pathConversions(
  { query, counted }: ReportDialect,
  organizationId: number,
  { period, currency }: PathQuestion,
  { after, to }: Extract<PathPage, { of: 'conversions' }>,
) {
  const behind = query
    .selectFrom('conversions')
    .select(['customer_id', 'occurred_time', 'amount'])
    .select(sql<number>`case when currency = ${currency} then 1 else 0 end`.as('is_asked'))
    .where('organization_id', '=', organizationId)
    .where('customer_id', '>', after)
    .where('occurred_time', '>=', period.start)
    .where('occurred_time', '<', period.end)
    .where(counted('conversion_key'))
    .orderBy('customer_id')
    .orderBy('conversion_key');
  return to === null ? behind : behind.where('customer_id', '<=', to);
}

/** The page's conversions that journeys led to. */
export function journeyConversions(
  dialect: ReportDialect,
  organizationId: number,
  question: JourneyQuestion,
  { after, limit }: Extract<JourneyPage, { of: 'conversions' }>,
) {
  return convertedBehind(dialect, organizationId, question, after)
    .select(['customer_id', 'occurred_time', 'amount', 'refunded_amount'])
    .orderBy('customer_id')
    .orderBy('conversion_key')
    .limit(limit);
}

/** The touches of the page's customers that may be steps of a journey. */
export function journeyTouches(
  dialect: ReportDialect,
  organizationId: number,
  question: JourneyQuestion,
  { after, to }: Extract<JourneyPage, { of: 'touches' }>,
) {
  const { query, counted, thenJoin } = dialect;
  const { period, lookbackDays } = question;
  const behind = convertedBehind(dialect, organizationId, question, after).select('customer_id').distinct();
  const customers = to === null ? behind : behind.where('customer_id', '<=', to);
  return raw(
    query,
    sql<{ customer_id: string; occurred_time: number; tuple_id: number }>`
    select t.customer_id, t.occurred_time, t.tuple_id
    from (${customers}) as chosen
    ${thenJoin} touches as t on t.organization_id = ${organizationId} and t.customer_id = chosen.customer_id
      and t.occurred_time >= ${period.start - lookbackDays * millisecondsPerDay} and t.occurred_time < ${period.end}
    where ${counted('t.touch_key')}
    order by t.customer_id, t.touch_key`,
  );
}

function convertedBehind(
  { query, counted }: ReportDialect,
  organizationId: number,
  { period, currency }: JourneyQuestion,
  after: string,
) {
  return query
    .selectFrom('conversions')
    .where('conversions.organization_id', '=', organizationId)
    .where('conversions.customer_id', '>', after)
    .where(counted('conversions.conversion_key'))
    .where('conversions.currency', '=', currency)
    .where('conversions.occurred_time', '>=', period.start)
    .where('conversions.occurred_time', '<', period.end);
}
