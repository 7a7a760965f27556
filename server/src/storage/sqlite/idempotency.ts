import type { KeptAnswer, Once } from '../../domain/idempotency.ts';
import { answerColumns } from '../columns.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import { answerWrites } from '../queries/idempotency.ts';
import { answerRowOf, keptAnswerOf } from '../rows/idempotency.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

/** Stores the answers to idempotent requests, in the transaction of what they did. */
export class AnswerWriter {
  readonly #statements: PreparedQueries<typeof statements>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(statements);
  }

  find(organizationId: number, { route, key }: Once): KeptAnswer | null {
    const row = this.#statements().find.get({ organizationId, route, key });
    return row === undefined ? null : keptAnswerOf(row);
  }

  /** Replaces an answer that has the same key and route. */
  keep(organizationId: number, kept: KeptAnswer): void {
    this.#statements().keep.run({ ...answerRowOf(organizationId, kept) });
  }

  /** Empties the answers to writes on a customer; their keys stay. */
  empty(organizationId: number, customerId: string): void {
    this.#statements().empty.run({ organizationId, customerId });
  }

  moveAll(organizationId: number, customerId: string, targetCustomerId: string): void {
    this.#statements().moveAll.run({ organizationId, customerId, targetCustomerId });
  }

  /** Returns whether more may be left. */
  prune(organizationId: number, before: number, limit: number): boolean {
    const row = this.#statements().momentBehind.get({ organizationId, before, skipped: limit });
    this.#statements().prune.run({ organizationId, before: row?.created_time ?? before });
    return row !== undefined;
  }
}

function statements() {
  const organization_id = parameter<number>('organizationId');
  const customer_id = parameter<string>('customerId');
  return {
    ...answerWrites(query),
    find: query
      .selectFrom('idempotency_records')
      .selectAll()
      .where('organization_id', '=', organization_id)
      .where('idempotency_key', '=', parameter<string>('key'))
      .where('route', '=', parameter<string>('route')),
    keep: query.replaceInto('idempotency_records').values(parametersNamed(answerColumns)),
    empty: query
      .updateTable('idempotency_records')
      .set({ answer: null })
      .where('organization_id', '=', organization_id)
      .where('customer_id', '=', customer_id),
    moveAll: query
      .updateTable('idempotency_records')
      .set({ customer_id: parameter('targetCustomerId') })
      .where('organization_id', '=', organization_id)
      .where('customer_id', '=', customer_id),
  };
}
