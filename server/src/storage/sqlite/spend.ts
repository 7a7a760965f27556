import type { Collection } from '../../domain/collection.ts';
import type { SpendEntry, SpendQuery } from '../../domain/spend.ts';
import { spendColumns } from '../money-columns.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import { countOfSpend, pageOfSpend, spendMatching } from '../queries/spend.ts';
import { spendEntryOf, spendRowOf } from '../rows/spend.ts';
import { type Connection, countedRow, query } from './connection.ts';
import type { Prepared } from './prepared.ts';

const counted = [countedRow('spend.day')];

export class SpendReader {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  list(organizationId: number, collection: SpendQuery): Collection<SpendEntry> {
    const matching = spendMatching(query, organizationId, collection.filter, counted);
    const rows = this.#connection.all(pageOfSpend(matching, collection));
    const total = this.#connection.all(countOfSpend(matching))[0]?.total ?? 0;
    return { items: rows.map(spendEntryOf), total };
  }
}

/** Writes spend, inside a transaction. */
export class SpendWriter {
  readonly #put: Prepared<unknown>;

  constructor(connection: Connection) {
    this.#put = connection.prepare(
      query
        .insertInto('spend')
        .values(parametersNamed(spendColumns))
        .onConflict((conflict) =>
          conflict
            .columns(['organization_id', 'day', 'digest'])
            .doUpdateSet({ amount: parameter('amount'), updated_time: parameter('updated_time') }),
        ),
    );
  }

  put(organizationId: number, entries: readonly SpendEntry[]): void {
    for (const entry of entries) this.#put.run({ ...spendRowOf(organizationId, entry) });
  }
}
