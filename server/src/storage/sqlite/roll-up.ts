import { sql } from 'kysely';
import { measureColumns } from '../money-columns.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import { type RollUpDelta, type RollUps, rollUpCells, rollUpColumns, rollUpKey } from '../roll-ups.ts';
import { type Connection, type Prepared, type PreparedQueries, query } from './connection.ts';

/** Adds changes to the rows of roll-ups, inside a transaction. */
export class RollUpWriter {
  readonly #statements: PreparedQueries<ReturnType<typeof statements>>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(statements());
  }

  add(organizationId: number, { days, months }: RollUps): void {
    const { addToDay, addToMonth, pruneDay, pruneMonth } = this.#statements;
    addDeltas(organizationId, days, addToDay, pruneDay);
    addDeltas(organizationId, months, addToMonth, pruneMonth);
  }
}

function addDeltas(
  organizationId: number,
  deltas: readonly RollUpDelta[],
  addTo: Prepared<unknown>,
  prune: Prepared<unknown>,
): void {
  for (const delta of deltas) {
    const cells = rollUpCells(organizationId, delta);
    addTo.runWith(cells);
    if (delta.credits < 0) prune.runWith([...cells.slice(0, keyLength), 0]);
  }
}

const keyLength = rollUpKey('day').length;

function statements() {
  return {
    addToDay: addition('credit_days', 'day'),
    addToMonth: addition('credit_months', 'month'),
    pruneDay: pruning('credit_days', 'day'),
    pruneMonth: pruning('credit_months', 'month'),
  };
}

const summed = ['credits', ...measureColumns] as const;

function addition(table: 'credit_days' | 'credit_months', period: 'day' | 'month') {
  const row = parametersNamed(rollUpColumns(period));
  return query
    .insertInto(table)
    .values(row as never)
    .onConflict((conflict) =>
      conflict
        .columns([...rollUpKey(period)] as never)
        .doUpdateSet(
          Object.fromEntries(
            summed.map((column) => [
              column,
              sql`${sql.ref(`${table}.${column}`)} + ${sql.ref(`excluded.${column}`)}`,
            ]),
          ),
        ),
    );
}

/** A row that nothing is in any more goes. Its places are those of its key and, last, how many credits that is. */
function pruning(table: 'credit_days' | 'credit_months', period: 'day' | 'month') {
  return rollUpKey(period)
    .reduce(
      (deletion, column) => deletion.where(sql.ref(column), '=', parameter<number>(column)),
      query.deleteFrom(table) as ReturnType<typeof query.deleteFrom<'credit_days' | 'credit_months'>>,
    )
    .where('credits', '=', parameter<number>('credits'));
}
