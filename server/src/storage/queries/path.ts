import { type Compilable, type RawBuilder, sql } from 'kysely';
import type { TupleGroups } from '../../domain/credit-sum.ts';
import { millisecondsPerDay } from '../../domain/time.ts';
import type { PathPage } from '../paths.ts';
import type { JourneyQuestion, PathQuestion } from '../ports/report.ts';
import { joinGroups, type ReportDialect } from './credit-sum.ts';
import { isOfCustomer } from './owner.ts';

/**
 * `path` joins steps by `>`, each the number of its group plus `firstStep`; it is empty without steps. Money is decimal text,
 * null where nothing was added up.
 */
export interface PathRow {
  readonly path: string;
  readonly conversions: number;
  readonly customers: number;
  readonly revenue: string | null;
  readonly refunds: string | null;
  readonly touches: number | null;
  readonly milliseconds: number | null;
}

/**
 * The paths to conversions, one row each, most frequent first. The empty path sorts before all others, so that the limit
 * never cuts it off; if it is missing, there may be one path more than the limit.
 */
export function journeyPaths(dialect: ReportDialect, organizationId: number, question: JourneyQuestion) {
  const { limit } = question;
  return built<PathRow>(
    dialect,
    sql`
      select path, ${measures} from ${journeys(dialect, organizationId, question)} group by path
      order by path = '' desc, conversions desc, sum(amount) desc, ${dialect.byBytes(sql.ref('path'))}
      limit ${limit + 1}`,
  );
}

/** The same measures over all paths together; no row if there are none. */
export function journeyTotal(dialect: ReportDialect, organizationId: number, question: JourneyQuestion) {
  return built<PathRow>(
    dialect,
    sql`select '' as path, ${measures} from ${journeys(dialect, organizationId, question)} having count(*) > 0`,
  );
}

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

/** The step of a touch whose tuple is in none of the groups, since it came after they were read. */
const unknownStep = -1;

/** All steps have the same number of digits, so that paths sort as text in the order of their groups. */
export function firstStep({ groups }: TupleGroups): number {
  return 10 ** String(groups.length).length;
}

const measures = sql`
  count(*) as conversions, count(distinct customer_id) as customers,
  cast(sum(amount) as text) as revenue, cast(sum(refunded_amount) as text) as refunds,
  cast(sum(touches) as double precision) as touches, cast(sum(milliseconds) as double precision) as milliseconds`;

/** One row for each conversion of the period, with its path. */
function journeys(
  dialect: ReportDialect,
  organizationId: number,
  { settingsVersion, currency, period, groups }: JourneyQuestion,
): RawBuilder<unknown> {
  const { counted } = dialect;
  return sql`(
      select c.conversion_key, c.customer_id, c.amount, c.refunded_amount, count(t.touch_key) as touches,
        coalesce(c.occurred_time - min(t.occurred_time), 0) as milliseconds,
        coalesce(
          string_agg(
            cast(case when t.touch_key is not null then coalesce(grouped.group_number, ${sql.lit(unknownStep)}) end
              + ${firstStep(groups)} as text),
            '>' order by t.occurred_time, t.touch_key
          ), ''
        ) as path
      from conversions as c
      join credits as k on k.organization_id = ${organizationId} and k.settings_version = ${settingsVersion}
        and k.conversion_key = c.conversion_key
      left join touches as t on t.organization_id = ${organizationId} and t.customer_id = c.customer_id
        and t.touch_key = k.touch_key
      ${joinGroups(dialect, { groups }, 'k')}
      where ${counted('k.touch_key')} and c.organization_id = ${organizationId} and c.currency = ${currency}
        and c.occurred_time >= ${period.start} and c.occurred_time < ${period.end}
      group by c.conversion_key, c.customer_id, c.amount, c.refunded_amount, c.occurred_time
    ) as journeys`;
}

function built<Row>({ query }: ReportDialect, text: RawBuilder<unknown>): Compilable<Row> {
  return { compile: () => text.compile(query) } as Compilable<Row>;
}
