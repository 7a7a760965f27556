import { type CompiledQuery, sql } from 'kysely';
import { columnsPerModel, fractionMeasures, measureColumns } from '../money-columns.ts';
import { parameter } from '../parameter.ts';
import { type RollUpDelta, type RollUps, rollUpCells, rollUpColumns } from '../roll-ups.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';
import { type Arguments, statement } from './statement.ts';

type Period = 'day' | 'month';

const organizationId = sql`${parameter<number>('organizationId')}::bigint`;
const fractions: ReadonlySet<string> = new Set(
  fractionMeasures.flatMap((measure) => columnsPerModel(measure)),
);
const summed = ['credits', ...measureColumns];
const keyOf = (period: Period) => ['settings_version', 'currency', period, 'tuple_id'];

function typeOf(column: string): string {
  if (column === 'currency') return 'text';
  return fractions.has(column) ? 'double precision' : 'bigint';
}

function namesOf(columns: readonly string[]) {
  return sql.join(columns.map((column) => sql.ref(column)));
}

/** Adds to rows, or makes them; sorted by key, so that whoever else adds to them meets them in the same order. */
function addition(table: 'credit_days' | 'credit_months', period: Period) {
  const columns = [...keyOf(period), ...summed];
  const arrays = columns.map((column) => sql`${parameter(column)}::${sql.raw(typeOf(column))}[]`);
  const sums = summed.map(
    (column) => sql`${sql.ref(column)} = ${sql.ref(`${table}.${column}`)} + ${sql.ref(`excluded.${column}`)}`,
  );
  const adding = sql`
    insert into ${sql.table(table)} (organization_id, ${namesOf(columns)})
    select ${organizationId}, ${namesOf(columns)} from unnest(${sql.join(arrays)}) as given (${namesOf(columns)})
    order by ${namesOf(keyOf(period))}
    on conflict (organization_id, ${namesOf(keyOf(period))}) do update set ${sql.join(sums)}`;
  return statement(adding.compile(query) as CompiledQuery<unknown>);
}

/** Removes those of some rows that nothing is in any more. */
function pruning(table: 'credit_days' | 'credit_months', period: Period) {
  const key = keyOf(period);
  const arrays = key.map((column) => sql`${parameter(column)}::${sql.raw(typeOf(column))}[]`);
  const equal = key.map((column) => sql`${sql.ref(`pruned.${column}`)} = ${sql.ref(`given.${column}`)}`);
  const pruningQuery = sql`
    delete from ${sql.table(table)} as pruned using unnest(${sql.join(arrays)}) as given (${namesOf(key)})
    where pruned.organization_id = ${organizationId} and pruned.credits = 0 and ${sql.join(equal, sql` and `)}
    and pruned.settings_version = any(${parameter('settings_version')}::bigint[])`;
  return statement(pruningQuery.compile(query) as CompiledQuery<unknown>);
}

const statements = {
  day: { add: addition('credit_days', 'day'), prune: pruning('credit_days', 'day') },
  month: { add: addition('credit_months', 'month'), prune: pruning('credit_months', 'month') },
};

/** Sends the changes of roll-ups, a statement for each of the two. */
export function addRollUps(session: Session, organization: number, { days, months }: RollUps): void {
  addTo(session, organization, 'day', days);
  addTo(session, organization, 'month', months);
}

function addTo(session: Session, organization: number, period: Period, deltas: readonly RollUpDelta[]): void {
  if (deltas.length === 0) return;
  const { add, prune } = statements[period];
  session.send(add, columnsOf(organization, period, deltas, [...keyOf(period), ...summed]));
  const lessened = deltas.filter(({ credits }) => credits < 0);
  if (lessened.length > 0) session.send(prune, columnsOf(organization, period, lessened, keyOf(period)));
}

function columnsOf(
  organization: number,
  period: Period,
  deltas: readonly RollUpDelta[],
  columns: readonly string[],
): Arguments {
  const rows = deltas.map((delta) => rollUpCells(organization, delta));
  const places = rollUpColumns(period);
  // Sums beyond the exact numbers go as their digits.
  const cell = (value: string | number | bigint | undefined) =>
    typeof value === 'bigint' ? String(value) : (value ?? 0);
  const arrays = columns.map((column) => {
    const place = places.indexOf(column);
    return [column, rows.map((row) => cell(row[place]))] as const;
  });
  return { ...Object.fromEntries(arrays), organizationId: organization };
}
