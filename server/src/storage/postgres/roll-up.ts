import { sql } from 'kysely';
import { measureColumns } from '../money-columns.ts';
import { parameter } from '../parameter.ts';
import type { RollUpDelta } from '../roll-up-deltas.ts';
import {
  hasRefunds,
  type RollUpPeriod,
  type RollUps,
  refundsStartAt,
  rollUpCells,
  rollUpColumns,
  rollUpKey,
  rollUpPeriods,
  rollUpTables,
} from '../roll-ups.ts';
import {
  arrayOf,
  cellsGiven,
  given,
  namesOf,
  selectionOf,
  soughtRows,
  withoutOrganization,
} from './given-rows.ts';
import { statementOf } from './query.ts';
import type { Session } from './session.ts';
import type { Arguments, Statement } from './statement.ts';

const organizationId = sql`${parameter<number>('organizationId')}::bigint`;
const all = ['credits', ...measureColumns];
/** Most changes contain no refunds and are spared two fifths of the columns. */
const withoutRefunds = ['credits', ...measureColumns.slice(0, refundsStartAt)];
const keyOf = (period: RollUpPeriod) => withoutOrganization(rollUpKey(period));

/** Adds to some columns of existing rows instead of inserting. */
export function orAddedTo(period: RollUpPeriod, columns: readonly string[]) {
  const table = rollUpTables[period];
  const sums = columns.map(
    (column) => sql`${sql.ref(column)} = ${sql.ref(`${table}.${column}`)} + ${sql.ref(`excluded.${column}`)}`,
  );
  return sql` on conflict (${namesOf(rollUpKey(period))}) do update set ${sql.join(sums)}`;
}

/**
 * Adds to some columns of rows; new rows get zeros in the others. Sorted by key, so that concurrent writers meet rows in the
 * same order.
 */
function addition(period: RollUpPeriod, summed: readonly string[]) {
  const columns = [...keyOf(period), ...summed];
  const others = all.filter((column) => !summed.includes(column));
  const { members, from } = selectionOf(columns);
  const adding = sql`
    insert into ${sql.table(rollUpTables[period])} (organization_id, ${namesOf([...columns, ...others])})
    select ${sql.join([organizationId, members, ...others.map(() => sql.lit(0))])} from ${from}
    order by ${namesOf(keyOf(period))}${orAddedTo(period, summed)}`;
  return statementOf(adding);
}

/** Removes those of some rows that sum up nothing any more. */
function pruning(period: RollUpPeriod) {
  const key = keyOf(period);
  const equal = key.map((column) => sql`${sql.ref(`pruned.${column}`)} = ${sql.ref(`given.${column}`)}`);
  const any = key.map((column) => sql`${sql.ref(`pruned.${column}`)} = any(${arrayOf(column)})`);
  const pruningQuery = sql`
    delete from ${sql.table(rollUpTables[period])} as pruned using ${given(key)}
    where pruned.organization_id = ${organizationId} and pruned.credits = 0
    and ${sql.join([...equal, ...any], sql` and `)}`;
  return statementOf(pruningQuery);
}

const statementsOf = (period: RollUpPeriod) => ({
  add: addition(period, all),
  addWithoutRefunds: addition(period, withoutRefunds),
  prune: pruning(period),
});
const statements = { day: statementsOf('day'), month: statementsOf('month'), year: statementsOf('year') };

/** Sends the changes of roll-ups: two statements per table, and one for every few rows that may be empty afterwards. */
export function addRollUps(session: Session, organization: number, { deltas }: RollUps): void {
  for (const period of rollUpPeriods) addTo(session, organization, period, deltas[period]);
}

function addTo(
  session: Session,
  organization: number,
  period: RollUpPeriod,
  deltas: readonly RollUpDelta[],
): void {
  const { add, addWithoutRefunds, prune } = statements[period];
  const key = keyOf(period);
  const send = (to: Statement<unknown>, some: readonly RollUpDelta[], columns: readonly string[]) => {
    if (some.length > 0) session.send(to, columnsOf(organization, period, some, columns));
  };
  send(add, deltas.filter(hasRefunds), [...key, ...all]);
  send(
    addWithoutRefunds,
    deltas.filter((delta) => !hasRefunds(delta)),
    [...key, ...withoutRefunds],
  );
  for (const some of soughtRows(deltas.filter(({ credits }) => credits < 0))) send(prune, some, key);
}

function columnsOf(
  organization: number,
  period: RollUpPeriod,
  deltas: readonly RollUpDelta[],
  columns: readonly string[],
): Arguments {
  const rows = deltas.map((delta) => rollUpCells(organization, delta));
  const places = rollUpColumns(period);
  const arrays = columns.map((column) => {
    const place = places.indexOf(column);
    const cells = rows.map((row) => cellToBeSent(row[place]));
    return [column, cellsGiven(column, cells)] as const;
  });
  return { ...Object.fromEntries(arrays), organizationId: organization };
}

/** Sums beyond the safe integers are sent as digits. */
function cellToBeSent(value: string | number | bigint | undefined): string | number {
  return typeof value === 'bigint' ? String(value) : (value ?? 0);
}
