import { sql } from 'kysely';
import { measureColumns } from '../money-columns.ts';
import { parameter } from '../parameter.ts';
import type { RollUpDelta } from '../roll-up-deltas.ts';
import {
  type DeltasByPeriod,
  hasRefunds,
  type RollUpPeriod,
  type RollUpTable,
  refundsStartAt,
  rollUpCells,
  rollUpColumns,
  rollUpKey,
  rollUpPeriods,
  rollUpTables,
} from '../roll-ups.ts';
import { type Connection, query } from './connection.ts';
import type { Prepared } from './prepared.ts';
import { placesOf, RowAdding } from './row-adding.ts';

/** A delta with its organization. */
interface Placed {
  readonly organizationId: number;
  readonly delta: RollUpDelta;
}

/** Adds changes to the rows of roll-ups, inside a transaction. */
export class RollUpWriter {
  readonly #additions: readonly (readonly [RollUpPeriod, Additions])[];

  constructor(connection: Connection) {
    this.#additions = rollUpPeriods.map((period) => [period, new Additions(connection, period)]);
  }

  add(organizationId: number, deltas: DeltasByPeriod): void {
    for (const [period, additions] of this.#additions) additions.add(organizationId, deltas[period]);
  }
}

/** Most changes contain no refunds and are spared two fifths of the columns. */
class Additions {
  readonly #withRefunds: RowAdding<Placed>;
  readonly #withoutRefunds: RowAdding<Placed>;
  readonly #prune: Prepared<unknown>;

  constructor(connection: Connection, period: RollUpPeriod) {
    const adding = (measures: number) =>
      new RowAdding<Placed>(connection, {
        statement: (rows) => addition(period, measures, rows),
        append: (cells, { organizationId, delta }) => {
          const all = rollUpCells(organizationId, delta);
          for (let place = 0; place < firstMeasure + measures; place++) cells.push(all[place] ?? 0);
        },
      });
    this.#withRefunds = adding(measureColumns.length);
    this.#withoutRefunds = adding(refundsStartAt);
    this.#prune = connection.prepare(pruning(period));
  }

  add(organizationId: number, deltas: readonly RollUpDelta[]): void {
    const [withRefunds, withoutRefunds]: [Placed[], Placed[]] = [[], []];
    // In key order, so that each page is visited once.
    for (const delta of deltas.toSorted(compareDeltas)) {
      (hasRefunds(delta) ? withRefunds : withoutRefunds).push({ organizationId, delta });
    }
    this.#withRefunds.add(withRefunds);
    this.#withoutRefunds.add(withoutRefunds);
    for (const delta of deltas) {
      if (delta.credits >= 0) continue;
      this.#prune.runWith([...rollUpCells(organizationId, delta).slice(0, keyLength), 0]);
    }
  }
}

function compareDeltas(one: RollUpDelta, other: RollUpDelta): number {
  if (one.currency !== other.currency) return one.currency < other.currency ? -1 : 1;
  return one.version - other.version || one.period - other.period || one.tupleId - other.tupleId;
}

const keyLength = rollUpKey('day').length;
/** The number of credits comes between the key and the measures. */
const firstMeasure = keyLength + 1;

/** Adds the first `measures` measures to `rows` rows; a new row gets zeros for the others. */
function addition(period: RollUpPeriod, measures: number, rows: number) {
  const table = rollUpTables[period];
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

/** Removes a row that sums up nothing any more. Its places are the key and, last, the number of credits to match. */
function pruning(period: RollUpPeriod) {
  return rollUpKey(period)
    .reduce(
      (deletion, column) => deletion.where(sql.ref(column), '=', parameter<number>(column)),
      query.deleteFrom(rollUpTables[period]) as ReturnType<typeof query.deleteFrom<RollUpTable>>,
    )
    .where('credits', '=', parameter<number>('credits'));
}
