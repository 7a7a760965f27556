import { type Expression, type Kysely, type RawBuilder, type SqlBool, sql } from 'kysely';
import { attributionModels, sharesConversions } from '../../domain/attribution-models.ts';
import type { TouchFilterField } from '../../domain/credit-filter.ts';
import { type CreditQuestion, type Span, ungrouped } from '../../domain/credit-sum.ts';
import { filterConditionOf } from '../filter-condition.ts';
import { type ModelColumn, modelColumns } from '../money-schema.ts';
import { type RollUpPeriod, rollUpTables } from '../roll-ups.ts';
import type { Schema } from '../schema.ts';
import { fraction, type SumQuery, selected, sumQuery, whole } from './sum-query.ts';

/** What differs by engine in queries that both engines run. */
export interface ReportDialect {
  readonly query: Kysely<Schema>;
  /** A query that returns rows with these columns of integers; all columns have the same length. */
  readonly numbers: (columns: Readonly<Record<string, readonly number[]>>) => RawBuilder<unknown>;
  /** A condition that is always true and is evaluated for each row examined. */
  readonly counted: (column: string) => Expression<SqlBool>;
  /** The sum of integers, readable without loss: as decimal text, a bigint, or a safe number. */
  readonly exactSum: (whole: RawBuilder<unknown>) => RawBuilder<unknown>;
  /** The sum of fractions, for sums below 100 million: as close to the true sum as a double allows. */
  readonly sumOfFractions: (fractions: RawBuilder<unknown>) => RawBuilder<unknown>;
  /** The join keyword that makes the engine read the earlier tables first, if it can be told. */
  readonly thenJoin: RawBuilder<unknown>;
  /** A query whose rows are materialized and looked up, rather than computed again for each row joined to them. */
  readonly lookedUp: (query: RawBuilder<unknown>) => RawBuilder<unknown>;
  /** A condition that a later join implies, where the engine would otherwise look up each row for that join. */
  readonly beforehand: (implied: RawBuilder<SqlBool>) => RawBuilder<SqlBool>;
}

/** A query, and the translation of the number in its `bucket` column to a bucket. */
export interface CreditSumQuery extends SumQuery {
  readonly bucketOf: (number: number) => number;
}

export function columnsOf({ models }: Pick<CreditQuestion, 'models'>): readonly ModelColumn[] {
  return models.map((model) => modelColumns[attributionModels.indexOf(model)] as ModelColumn);
}

/** The columns of models that credit a single touch, so that sums of their weights are integers. */
const undivided: ReadonlySet<ModelColumn> = new Set(
  columnsOf({ models: attributionModels.filter((model) => !sharesConversions(model)) }),
);

type Sum = (each: RawBuilder<unknown>) => RawBuilder<unknown>;

const wholeSum: Sum = (whole) => sql`sum(${whole})`;

function weightSum({ sumOfFractions }: ReportDialect, model: ModelColumn): Sum {
  return undivided.has(model) ? wholeSum : sumOfFractions;
}

/** Queries whose rows must be added up by bucket and group. */
export function creditSumQueries(
  dialect: ReportDialect,
  organizationId: number,
  question: CreditQuestion,
): readonly CreditSumQuery[] {
  const { years, months, days, moments } = question.spans;
  const ofPeriods = (period: RollUpPeriod, spans: readonly Span[]) =>
    stretchesOf(spans).map((stretch) => ({
      ...rollUpQuery(dialect, organizationId, question, period, stretch),
      bucketOf: bucketsOfStretch(stretch),
    }));
  const ofMoments = moments.length === 0 ? [] : [creditQuery, refundQuery];
  return [
    ...ofPeriods('year', years),
    ...ofPeriods('month', months),
    ...ofPeriods('day', days),
    ...ofMoments.map((ask) => ({
      ...ask(dialect, organizationId, question, moments),
      bucketOf: (bucket: number) => bucket,
    })),
  ];
}

/** Adjacent spans, so that one range of keys covers all of them. */
type Stretch = readonly Span[];

function stretchesOf(spans: readonly Span[]): readonly Stretch[] {
  const stretches: Span[][] = [];
  for (const span of spans) {
    const last = stretches.at(-1);
    if (last?.at(-1)?.until === span.from) last.push(span);
    else stretches.push([span]);
  }
  return stretches;
}

/** Rows of a single span carry no number; rows of several carry the number of their period. */
function bucketsOfStretch(stretch: Stretch): (number: number) => number {
  const [first] = stretch;
  if (stretch.length <= 1) return () => first?.bucket ?? 0;
  const buckets = new Map<number, number>();
  for (const { bucket, from, until } of stretch) {
    for (let number = from; number < until; number++) buckets.set(number, bucket);
  }
  return (number) => buckets.get(number) ?? 0;
}

function rollUpQuery(
  dialect: ReportDialect,
  organizationId: number,
  question: CreditQuestion,
  period: RollUpPeriod,
  stretch: Stretch,
): SumQuery {
  const { query, counted, exactSum } = dialect;
  const refunds = question.dateBasis === 'refund' ? 'dated_refunds' : 'refunds';
  const number = sql.ref(`r.${period}`);
  const [from, until] = [stretch[0]?.from ?? 0, stretch.at(-1)?.until ?? 0];
  const isOnePeriod = until === from + 1;
  // Within one period each tuple has a single row.
  const isOneRow = isOnePeriod && question.groups === null;
  const sumOf = (column: string, sum = wholeSum) =>
    isOneRow ? sql.ref(`r.${column}`) : sum(sql.ref(`r.${column}`));
  // What is stored is an integer of the engine already.
  const amount = (name: string, column: string) => whole(name, sumOf(column, exactSum));
  const sums = columnsOf(question).flatMap((model) => [
    fraction(`conversions_${model}`, sumOf(`conversions_${model}`, weightSum(dialect, model))),
    fraction(`new_customers_${model}`, sumOf(`new_customers_${model}`, weightSum(dialect, model))),
    amount(`revenue_${model}`, `revenue_${model}`),
    amount(`refunds_${model}`, `${refunds}_${model}`),
  ]);
  const isWithin = isOnePeriod
    ? sql`${number} = ${from}`
    : sql`${number} >= ${from} and ${number} < ${until}`;
  return sumQuery(
    query,
    sums,
    sql`
      select ${stretch.length > 1 ? number : sql`0`} as bucket, ${groupNumber(question, 'r')} as group_number,
        ${selected(sums)}
      from ${sql.table(rollUpTables[period])} as r
      ${joinGroups(dialect, question, 'r')}
      where ${counted('r.tuple_id')} and r.organization_id = ${organizationId}
        and r.settings_version = ${question.settingsVersion} and r.currency = ${question.currency}
        and ${isWithin}
      ${isOneRow ? sql`` : sql`group by 1, 2`}`,
  );
}

function creditQuery(
  dialect: ReportDialect,
  organizationId: number,
  question: CreditQuestion,
  spans: readonly Span[],
): SumQuery {
  const { query, counted, exactSum } = dialect;
  const sums = columnsOf(question).flatMap((model) => [
    fraction(`conversions_${model}`, weightSum(dialect, model)(sql.ref(`k.weight_${model}`))),
    fraction(
      `new_customers_${model}`,
      weightSum(dialect, model)(sql`${sql.ref(`k.weight_${model}`)} * c.is_first`),
    ),
    whole(`revenue_${model}`, exactSum(sql.ref(`k.amount_${model}`))),
  ]);
  return sumQuery(
    query,
    sums,
    sql`
      select spans.bucket, ${groupNumber(question, 'k')} as group_number, ${selected(sums)}
      ${creditsInSpans(dialect, organizationId, question, spans)}
      where ${counted('k.touch_key')}
      group by 1, 2`,
  );
}

/** From conversions in time order to their credits: any other way examines far more credits. */
export function creditsInSpans(
  dialect: ReportDialect,
  organizationId: number,
  question: CreditQuestion,
  spans: readonly Span[],
): RawBuilder<unknown> {
  const { numbers, thenJoin } = dialect;
  return sql`
    from (${spanRows(numbers, spans)}) as spans
    ${thenJoin} conversions as c on c.organization_id = ${organizationId}
      and c.occurred_time >= spans.from_number and c.occurred_time < spans.until_number
      and c.currency = ${question.currency}
    ${thenJoin} credits as k on k.organization_id = ${organizationId}
      and k.settings_version = ${question.settingsVersion}
      and k.conversion_key = c.conversion_key
    ${joinGroups(dialect, question, 'k')}
    ${joinTouches(dialect, organizationId, question)}`;
}

function refundQuery(
  dialect: ReportDialect,
  organizationId: number,
  question: CreditQuestion,
  spans: readonly Span[],
): SumQuery {
  const { query, numbers, counted, exactSum, thenJoin } = dialect;
  const sums = columnsOf(question).map((model) =>
    whole(`refunds_${model}`, exactSum(sql.ref(`k.amount_${model}`))),
  );
  const [dated, other] = question.dateBasis === 'refund' ? ['f', 'c'] : ['c', 'f'];
  const tables = { c: sql.table('conversions'), f: sql.table('refunds') } as const;
  return sumQuery(
    query,
    sums,
    sql`
      select spans.bucket, ${groupNumber(question, 'k')} as group_number, ${selected(sums)}
      from (${spanRows(numbers, spans)}) as spans
      ${thenJoin} ${tables[dated as 'c' | 'f']} as ${sql.ref(dated)} on ${sql.ref(`${dated}.organization_id`)} = ${organizationId}
        and ${sql.ref(`${dated}.occurred_time`)} >= spans.from_number
        and ${sql.ref(`${dated}.occurred_time`)} < spans.until_number
      ${thenJoin} ${tables[other as 'c' | 'f']} as ${sql.ref(other)} on ${sql.ref(`${other}.organization_id`)} = ${organizationId}
        and c.customer_id = f.customer_id and c.conversion_key = f.conversion_key
      ${thenJoin} refund_credits as k on k.organization_id = ${organizationId}
        and k.settings_version = ${question.settingsVersion}
        and k.conversion_key = f.conversion_key and k.refund_key = f.refund_key
      ${joinGroups(dialect, question, 'k')}
      ${joinTouches(dialect, organizationId, question)}
      where ${counted('k.touch_key')} and c.currency = ${question.currency}
      group by 1, 2`,
  );
}

export function spanRows(numbers: ReportDialect['numbers'], spans: readonly Span[]): RawBuilder<unknown> {
  return numbers({
    bucket: spans.map(({ bucket }) => bucket),
    from_number: spans.map(({ from }) => from),
    until_number: spans.map(({ until }) => until),
  });
}

export function joinGroups(
  { numbers, lookedUp }: ReportDialect,
  { groups }: Pick<CreditQuestion, 'groups'>,
  table: string,
): RawBuilder<unknown> {
  if (groups === null) return sql``;
  const rows = numbers({ tuple_id: groups.tupleKeys, group_number: groups.groups });
  return sql`left join (${lookedUp(rows)}) as grouped on grouped.tuple_id = ${sql.ref(`${table}.tuple_id`)}`;
}

/** The group of a credit's tuple; `ungrouped` for a tuple created after the groups were read. */
export function groupNumber({ groups }: Pick<CreditQuestion, 'groups'>, table: string): RawBuilder<unknown> {
  const tuple = sql.ref(`${table}.tuple_id`);
  if (groups === null) return tuple;
  return sql`coalesce(${sql.ref('grouped.group_number')}, ${sql.lit(ungrouped(0))} - ${tuple})`;
}

const touchColumns = {
  clickId: 'click_id',
  path: 'path',
  referrer: 'referrer',
} as const satisfies Record<TouchFilterField, string>;

/** The filter's conditions on touches, under the alias `table`. */
export function touchConditions(
  touchFilter: CreditQuestion['touchFilter'],
  table: string,
): readonly Expression<SqlBool>[] {
  return touchFilter.map((condition) =>
    filterConditionOf(condition, sql.ref(`${table}.${touchColumns[condition.field]}`)),
  );
}

export function joinTouches(
  { thenJoin }: ReportDialect,
  organizationId: number,
  { touchFilter }: Pick<CreditQuestion, 'touchFilter'>,
): RawBuilder<unknown> {
  if (touchFilter.length === 0) return sql``;
  return sql`
    ${thenJoin} touches as t on t.organization_id = ${organizationId}
      and t.customer_id = c.customer_id and t.touch_key = k.touch_key
      and ${sql.join(touchConditions(touchFilter, 't'), sql` and `)}`;
}
