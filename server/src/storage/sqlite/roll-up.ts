import { sql } from 'kysely';
import { measureColumns } from '../money-columns.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import { type RollUps, rollUpKey, rollUpRowOf } from '../roll-ups.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

/** Adds changes to the rows of roll-ups, inside a transaction. */
export class RollUpWriter {
  readonly #statements: PreparedQueries<ReturnType<typeof statements>>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(statements());
  }

  add(organizationId: number, { days, months }: RollUps): void {
    const { addToDay, addToMonth, pruneDay, pruneMonth } = this.#statements;
    for (const delta of days) {
      const row = rollUpRowOf(organizationId, 'day', delta);
      addToDay.run(row);
      if (delta.credits < 0) pruneDay.run(row);
    }
    for (const delta of months) {
      const row = rollUpRowOf(organizationId, 'month', delta);
      addToMonth.run(row);
      if (delta.credits < 0) pruneMonth.run(row);
    }
  }
}

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
  const row = parametersNamed([...rollUpKey(period), ...summed]);
  return query
    .insertInto(table)
    .values(row)
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

/** A row that nothing is in any more goes. */
function pruning(table: 'credit_days' | 'credit_months', period: 'day' | 'month') {
  return rollUpKey(period)
    .reduce(
      (deletion, column) => deletion.where(sql.ref(column), '=', parameter<number>(column)),
      query.deleteFrom(table) as ReturnType<typeof query.deleteFrom<'credit_days' | 'credit_months'>>,
    )
    .where('credits', '=', 0);
}
