import { type Compilable, type RawBuilder, sql } from 'kysely';
import type { JourneyQuestion, PathQuestion } from '../ports/report.ts';
import type { ReportDialect } from './credit-sum.ts';

/** Steps by `>`; the empty text for none. Money as decimal text, null where nothing was added up. */
export interface PathRow {
  readonly path: string;
  readonly conversions: number;
  readonly customers: number;
  readonly revenue: string | null;
  readonly refunds: string | null;
  readonly touches: number | null;
  readonly milliseconds: number | null;
}

/** The paths to conversions: one row for each, the most frequent first. */
export function journeyPaths(dialect: ReportDialect, organizationId: number, question: JourneyQuestion) {
  const { limit } = question;
  return built<PathRow>(
    dialect,
    sql`
      select path, ${measures} from ${journeys(dialect, organizationId, question)} group by path
      order by conversions desc, sum(amount) desc, path limit ${limit}`,
  );
}

/** The same measures of all paths together; no row where there are none. */
export function journeyTotal(dialect: ReportDialect, organizationId: number, question: PathQuestion) {
  return built<PathRow>(
    dialect,
    sql`select '' as path, ${measures} from ${journeys(dialect, organizationId, question)} having count(*) > 0`,
  );
}

/** Every path to a conversion that some touch led to. */
export function convertingPaths(dialect: ReportDialect, organizationId: number, question: PathQuestion) {
  return built<Pick<PathRow, 'path' | 'conversions' | 'revenue'>>(
    dialect,
    sql`
      select path, count(*) as conversions, cast(sum(amount) as text) as revenue
      from ${journeys(dialect, organizationId, question)} where path <> '' group by path order by path`,
  );
}

/** The paths of customers with touches in the period, but without a conversion. */
export function nullPaths(
  dialect: ReportDialect,
  organizationId: number,
  { period, groups }: PathQuestion,
): Compilable<{ path: string; customers: number }> {
  const { numbers, counted } = dialect;
  return built(
    dialect,
    sql`
      select path, count(*) as customers from (
        select string_agg(cast(grouped.group_number as text), '>' order by t.occurred_time, t.touch_key) as path
        from touches as t
        join (${numbers({ tuple_id: groups.tupleKeys, group_number: groups.groups })}) as grouped
          on grouped.tuple_id = t.tuple_id
        left join (
          select distinct c.customer_id from conversions as c
          where c.organization_id = ${organizationId}
            and c.occurred_time >= ${period.start} and c.occurred_time < ${period.end}
        ) as converted on converted.customer_id = t.customer_id
        where ${counted('t.touch_key')} and t.organization_id = ${organizationId}
          and t.occurred_time >= ${period.start} and t.occurred_time < ${period.end}
          and converted.customer_id is null
        group by t.customer_id
      ) as journeys
      group by path order by path`,
  );
}

const measures = sql`
  count(*) as conversions, count(distinct customer_id) as customers,
  cast(sum(amount) as text) as revenue, cast(sum(refunded_amount) as text) as refunds,
  cast(sum(touches) as double precision) as touches, cast(sum(milliseconds) as double precision) as milliseconds`;

/** A row for each conversion of the period, with its path. */
function journeys(
  { numbers, counted }: ReportDialect,
  organizationId: number,
  { settingsVersion, currency, period, groups }: PathQuestion,
): RawBuilder<unknown> {
  return sql`(
      select c.conversion_key, c.customer_id, c.amount, c.refunded_amount, count(t.touch_key) as touches,
        coalesce(c.occurred_time - min(t.occurred_time), 0) as milliseconds,
        coalesce(
          string_agg(cast(grouped.group_number as text), '>' order by t.occurred_time, t.touch_key), ''
        ) as path
      from conversions as c
      join credits as k on k.organization_id = ${organizationId} and k.settings_version = ${settingsVersion}
        and k.conversion_key = c.conversion_key
      left join touches as t on t.organization_id = ${organizationId} and t.customer_id = c.customer_id
        and t.touch_key = k.touch_key
      left join (${numbers({ tuple_id: groups.tupleKeys, group_number: groups.groups })}) as grouped
        on grouped.tuple_id = k.tuple_id
      where ${counted('k.touch_key')} and c.organization_id = ${organizationId} and c.currency = ${currency}
        and c.occurred_time >= ${period.start} and c.occurred_time < ${period.end}
      group by c.conversion_key, c.customer_id, c.amount, c.refunded_amount, c.occurred_time
    ) as journeys`;
}

function built<Row>({ query }: ReportDialect, text: RawBuilder<unknown>): Compilable<Row> {
  return { compile: () => text.compile(query) } as Compilable<Row>;
}
