import { sql } from 'kysely';
import { millisecondsPerDay } from '../../domain/time.ts';
import type { CreditedTouch, CreditRows, CreditVersion } from '../credit.ts';
import { addFreshCredits } from '../credit-change.ts';
import type { ConversionRow } from '../money-schema.ts';
import { parameter } from '../parameter.ts';
import { creditedReads, isBare } from '../queries/conversion.ts';
import { RollUps } from '../roll-ups.ts';
import {
  type CreditedConversionRow,
  compareCreditedTouches,
  creditedFactsOf,
  creditedTouchOf,
} from '../rows/credit.ts';
import type { Tuple } from '../rows/touch.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';
import type { CreditRowWriter } from './credit-rows.ts';
import type { Interning } from './interning.ts';
import type { Table } from './prepared.ts';

/** A conversion to be credited. */
export type UncreditedRow = CreditedConversionRow & Pick<ConversionRow, 'customer_id' | 'refunded_amount'>;

/** Rows of `conversionsBehind` from their cells: SQLite's row objects have no fixed shape and are slower to make and read. */
export function uncreditedRows({ rows }: Table): readonly UncreditedRow[] {
  return (rows as readonly ConversionCells[]).map((cells) => ({
    customer_id: cells[0],
    conversion_key: cells[1],
    conversion_id: cells[2],
    occurred_time: cells[3],
    amount: cells[4],
    currency: cells[5],
    is_first: cells[6],
    refunded_amount: cells[7],
  }));
}

type ConversionCells = readonly [string, number, string, number, number, string, number, number];

/** Credits many conversions that have no credits by the version yet, reading the touches behind them together. */
export class FreshCredits {
  readonly #interning: Interning;
  readonly #writer: CreditRowWriter;
  readonly #statements: PreparedQueries<typeof statements>;

  constructor(connection: Connection, interning: Interning, writer: CreditRowWriter) {
    this.#interning = interning;
    this.#writer = writer;
    this.#statements = connection.prepareAll(statements);
  }

  /** `rows` come by time. */
  add(organizationId: number, rows: readonly UncreditedRow[], version: CreditVersion): void {
    const touchesOf = this.#touchesOf(organizationId, rows, version);
    const rollUps = new RollUps();
    const added: CreditRows = { credits: [], refundCredits: [] };
    for (const row of rows) {
      const place = { organizationId, customerId: row.customer_id, conversionKey: row.conversion_key };
      const refunds = row.refunded_amount === 0 ? [] : this.#statements().refunds.all(place);
      const facts = creditedFactsOf(row, refunds, row.is_first === 1);
      const touches = touchesOf.get(row.customer_id) ?? [];
      addFreshCredits(added, { organizationId, version, touches }, facts, rollUps);
    }
    this.#writer.add(added);
    this.#writer.rollUp(organizationId, rollUps);
  }

  /** For each customer the touches that may count for any of the conversions, by time, then by arrival. */
  #touchesOf(
    organizationId: number,
    rows: readonly UncreditedRow[],
    { settings }: CreditVersion,
  ): ReadonlyMap<string, readonly CreditedTouch[]> {
    const from = (rows[0]?.occurred_time ?? 0) - settings.lookbackDays * millisecondsPerDay;
    const to = rows.at(-1)?.occurred_time ?? 0;
    // In the order of the touches' key, so that each of its pages is visited once.
    const customerIds = [...new Set(rows.map((row) => row.customer_id))].sort();
    const lists = customerIds.map((): CreditedTouch[] => []);
    const found = this.#statements().touches.table({
      organizationId,
      customerIds: JSON.stringify(customerIds),
      from,
      to,
    });
    const tuples = new Map<number, Tuple>();
    for (const cells of found.rows as readonly TouchCells[]) {
      const row = { touch_key: cells[1], occurred_time: cells[2], tuple_id: cells[3], is_bare: cells[4] };
      const tuple = tuples.get(row.tuple_id) ?? this.#interning.tuple(organizationId, row.tuple_id);
      tuples.set(row.tuple_id, tuple);
      lists[cells[0]]?.push(creditedTouchOf(row, tuple));
    }
    return new Map(
      customerIds.map((customerId, place) => [customerId, lists[place]?.sort(compareCreditedTouches) ?? []]),
    );
  }
}

/** The place of the customer in the list, then the columns of the touch. */
type TouchCells = readonly [number, number, number, number, number];

function statements() {
  const { refunds } = creditedReads(query);
  return {
    refunds: refunds.where('conversion_key', '=', parameter<number>('conversionKey')),
    touches: query
      .selectFrom(
        sql<{ key: number; value: string }>`json_each(${parameter<string>('customerIds')})`.as('given'),
      )
      .crossJoin('touches')
      .select(['given.key', 'touch_key', 'occurred_time', 'tuple_id'])
      .select(isBare.as('is_bare'))
      .where('organization_id', '=', parameter<number>('organizationId'))
      .whereRef('customer_id', '=', 'given.value')
      .where('occurred_time', '>=', parameter<number>('from'))
      .where('occurred_time', '<=', parameter<number>('to')),
  };
}
