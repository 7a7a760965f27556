import { type Compilable, type RawBuilder, sql } from 'kysely';
import type { TupleGroups } from '../../domain/credit-sum.ts';
import { unknownStep } from '../journey.ts';
import type { JourneyQuestion, JourneySum, JourneySums } from '../ports/report.ts';
import { joinGroups, type ReportDialect } from '../queries/credit-sum.ts';
import { raw } from '../queries/raw.ts';

/**
 * `path` joins steps by `>`, each the number of its group plus `firstStep`; it is empty without steps. Money is decimal text.
 * What begins with `all_` is of all paths together, those beyond the limit included.
 */
export interface PathRow {
  readonly path: string;
  readonly conversions: number;
  readonly customers: number;
  readonly revenue: string;
  readonly refunds: string;
  readonly touches: number;
  readonly milliseconds: number;
  readonly all_conversions: number;
  readonly all_revenue: string;
  readonly all_refunds: string;
  readonly all_touches: number;
  readonly all_milliseconds: number;
}

/**
 * The paths to conversions, one row each, most frequent first. The empty path sorts before all others, so that the limit never
 * cuts it off; if it is missing, there may be one path more than the limit. Those with an unknown step come last.
 *
 * PostgreSQL keeps rows in the order of their arrival: to read the touches of one customer after the other, as is done in a
 * database file, would take far longer.
 */
export function journeyPaths(
  dialect: ReportDialect,
  organizationId: number,
  question: JourneyQuestion,
): Compilable<PathRow> {
  return raw(
    dialect.query,
    sql<PathRow>`
      select path, count(*) as conversions, count(distinct customer_id) as customers, ${measures}, ${measuresOfAll}
      from (${journeys(dialect, organizationId, question)}) as journeys group by path
      order by path = '' desc, bool_or(is_unknown), conversions desc, sum(amount) desc, path collate "C"
      limit ${question.limit + 1}`,
  );
}

/** How many have conversions in the period, which the paths do not say, as one may have taken several; no row for none. */
export function convertedCustomers(
  dialect: ReportDialect,
  organizationId: number,
  { currency, period }: JourneyQuestion,
): Compilable<{ readonly customers: number }> {
  return raw(
    dialect.query,
    sql<{ readonly customers: number }>`
      select count(*) as customers from (
        select distinct customer_id from conversions where organization_id = ${organizationId}
          and currency = ${currency} and occurred_time >= ${period.start} and occurred_time < ${period.end}
      ) as converted having count(*) > 0`,
  );
}

/** Name, value, and how it is told: sums of money may be too large for a number. */
const sums = [
  ['revenue', sql`sum(amount)`, sql`text`],
  ['refunds', sql`sum(refunded_amount)`, sql`text`],
  ['touches', sql`sum(touches)`, sql`double precision`],
  ['milliseconds', sql`sum(milliseconds)`, sql`double precision`],
] as const;
const measures = sql.join(sums.map(([name, sum, kind]) => sql`cast(${sum} as ${kind}) as ${sql.ref(name)}`));
const measuresOfAll = sql.join([
  sql`cast(sum(count(*)) over () as double precision) as all_conversions`,
  ...sums.map(([name, sum, kind]) => sql`cast(sum(${sum}) over () as ${kind}) as ${sql.ref(`all_${name}`)}`),
]);

/** All known steps have the same number of digits, so that paths sort as text in the order of their groups. */
function firstStep({ groups }: TupleGroups): number {
  return 10 ** String(groups.length).length;
}

/** One row for each conversion of the period, with its path. */
function journeys(
  dialect: ReportDialect,
  organizationId: number,
  { settingsVersion, currency, period, groups }: JourneyQuestion,
): RawBuilder<unknown> {
  const { counted } = dialect;
  return sql`
      select c.conversion_key, c.customer_id, c.amount, c.refunded_amount, count(t.touch_key) as touches,
        coalesce(c.occurred_time - min(t.occurred_time), 0) as milliseconds,
        bool_or(t.touch_key is not null and grouped.group_number is null) as is_unknown,
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
    `;
}

export function journeySumsOf(
  { groups, limit }: JourneyQuestion,
  rows: readonly PathRow[],
  customers: number,
): JourneySums {
  const first = firstStep(groups);
  const sums = rows.map((row) => journeySumOf(row, first));
  const [all] = rows;
  return {
    paths: sums.filter(({ steps }) => steps.length > 0 && !steps.includes(unknownStep)).slice(0, limit),
    unattributed: sums.find(({ steps }) => steps.length === 0) ?? null,
    total: {
      conversions: all?.all_conversions ?? 0,
      customers,
      revenue: BigInt(all?.all_revenue ?? 0),
      refunds: BigInt(all?.all_refunds ?? 0),
      touches: all?.all_touches ?? 0,
      milliseconds: all?.all_milliseconds ?? 0,
    },
  };
}

function journeySumOf(
  { path, conversions, customers, revenue, refunds, touches, milliseconds }: PathRow,
  first: number,
): JourneySum {
  const steps = path === '' ? [] : path.split('>').map((step) => Number(step) - first);
  const money = { revenue: BigInt(revenue), refunds: BigInt(refunds) };
  return { steps, conversions, customers, ...money, touches, milliseconds };
}
