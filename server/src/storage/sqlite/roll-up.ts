import { sql } from 'kysely';
import { measureColumns } from '../money-columns.ts';
import { parameter } from '../parameter.ts';
import {
  hasRefunds,
  type RollUpDelta,
  type RollUps,
  refundsStartAt,
  rollUpCells,
  rollUpColumns,
  rollUpKey,
} from '../roll-ups.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';
import type { Prepared } from './prepared.ts';
import { placesOf, RowAdding } from './row-adding.ts';

/** A delta and whose it is. */
interface Placed {
  readonly organizationId: number;
  readonly delta: RollUpDelta;
}

type Table = 'credit_days' | 'credit_months';

/** Adds changes to the rows of roll-ups, inside a transaction. */
export class RollUpWriter {
  readonly #days: Additions;
  readonly #months: Additions;
  readonly #statements: PreparedQueries<ReturnType<typeof statements>>;

  constructor(connection: Connection) {
    this.#days = new Additions(connection, 'credit_days', 'day');
    this.#months = new Additions(connection, 'credit_months', 'month');
    this.#statements = connection.prepareAll(statements());
  }

  add(organizationId: number, { days, months }: RollUps): void {
    const { pruneDay, pruneMonth } = this.#statements;
    this.#days.add(organizationId, days);
    prune(organizationId, days, pruneDay);
    this.#months.add(organizationId, months);
    prune(organizationId, months, pruneMonth);
  }
}

/** Most changes have no refunds in them, and are spared two fifths of the columns. */
class Additions {
  readonly #withRefunds: RowAdding<Placed>;
  readonly #withoutRefunds: RowAdding<Placed>;

  constructor(connection: Connection, table: Table, period: 'day' | 'month') {
    const adding = (measures: number) =>
      new RowAdding<Placed>(connection, {
        statement: (rows) => addition(table, period, measures, rows),
        append: (cells, { organizationId, delta }) => {
          const all = rollUpCells(organizationId, delta);
          for (let place = 0; place < firstMeasure + measures; place++) cells.push(all[place] ?? 0);
        },
      });
    this.#withRefunds = adding(measureColumns.length);
    this.#withoutRefunds = adding(refundsStartAt);
  }

  add(organizationId: number, deltas: readonly RollUpDelta[]): void {
    const [withRefunds, withoutRefunds]: [Placed[], Placed[]] = [[], []];
    // In the order of the key, so that each page is visited once.
    for (const delta of deltas.toSorted(compareDeltas)) {
      (hasRefunds(delta) ? withRefunds : withoutRefunds).push({ organizationId, delta });
    }
    this.#withRefunds.add(withRefunds);
    this.#withoutRefunds.add(withoutRefunds);
  }
}

function compareDeltas(one: RollUpDelta, other: RollUpDelta): number {
  if (one.currency !== other.currency) return one.currency < other.currency ? -1 : 1;
  return one.version - other.version || one.period - other.period || one.tupleId - other.tupleId;
}

function prune(organizationId: number, deltas: readonly RollUpDelta[], statement: Prepared<unknown>): void {
  for (const delta of deltas) {
    if (delta.credits < 0) statement.runWith([...rollUpCells(organizationId, delta).slice(0, keyLength), 0]);
  }
}

const keyLength = rollUpKey('day').length;
/** Between the two stands the number of credits. */
const firstMeasure = keyLength + 1;

function statements() {
  return { pruneDay: pruning('credit_days', 'day'), pruneMonth: pruning('credit_months', 'month') };
}

/** Adds so many of the measures, the first, to so many rows, or makes them with nothing of the others. */
function addition(table: Table, period: 'day' | 'month', measures: number, rows: number) {
  const columns = rollUpColumns(period);
  const added = columns.slice(0, firstMeasure + measures);
  const nothing = Object.fromEntries(columns.slice(added.length).map((column) => [column, sql.lit(0)]));
  const values = placesOf(added, rows).map((row) => ({ ...row, ...nothing }));
  const sums = added
    .slice(keyLength)
    .map((column) => [column, sql`${sql.ref(`${table}.${column}`)} + ${sql.ref(`excluded.${column}`)}`]);
  return query
    .insertInto(table)
    .values(values as never)
    .onConflict((conflict) =>
      conflict.columns([...rollUpKey(period)] as never).doUpdateSet(Object.fromEntries(sums)),
    );
}

/** A row that nothing is in any more goes. Its places are those of its key and, last, how many credits that is. */
function pruning(table: Table, period: 'day' | 'month') {
  return rollUpKey(period)
    .reduce(
      (deletion, column) => deletion.where(sql.ref(column), '=', parameter<number>(column)),
      query.deleteFrom(table) as ReturnType<typeof query.deleteFrom<'credit_days' | 'credit_months'>>,
    )
    .where('credits', '=', parameter<number>('credits'));
}
