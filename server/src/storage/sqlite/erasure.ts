import type { Erasure } from '../../domain/erasure.ts';
import type { CustomerName } from '../ports/erasure.ts';
import { erasureReads } from '../queries/erasure.ts';
import { erasureOf } from '../rows/erasure.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

const reads = () => erasureReads(query);

export class ErasureReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  list(organizationId: number, after: string | null, limit: number): readonly Erasure[] {
    return this.#statements()
      .erasures.all({ organizationId, after: after ?? '', limit })
      .map(erasureOf);
  }

  names(
    organizationId: number,
    source: 'customers' | 'aliases',
    after: string | null,
    limit: number,
  ): readonly CustomerName[] {
    const statement = source === 'customers' ? this.#statements().names : this.#statements().aliases;
    const rows = statement.all({ organizationId, after: after ?? '', limit });
    return rows.map((row) => ({ name: row.name, customerId: row.customer_id }));
  }
}
