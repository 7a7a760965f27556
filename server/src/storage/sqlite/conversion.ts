import { sql } from 'kysely';
import type { Collection, Page } from '../../domain/collection.ts';
import type { Conversion, OwnedConversion } from '../../domain/conversion.ts';
import type { ConversionFilterField, ConversionQuery } from '../../domain/conversion-query.ts';
import type { OwnedRefund, Refund } from '../../domain/refund.ts';
import {
  type ConversionDialect,
  conversionsMatching,
  countOf,
  type Finding,
  pageOf,
} from '../conversion-query.ts';
import { parameter } from '../parameter.ts';
import { conversionReads, conversionWrites } from '../queries/conversion.ts';
import { conversionOf, conversionRowOf, refundOf, refundRowOf } from '../rows/conversion.ts';
import { type Connection, countedRow, type PreparedQueries, query } from './connection.ts';
import type { Numbering } from './interning.ts';

const reads = () => conversionReads(query);
export const conversionDialect: ConversionDialect = {
  query,
  // A statement has places for 32,766 values.
  isAmong: (column, numbers) => sql`${column} in (select value from json_each(${JSON.stringify(numbers)}))`,
  first: [countedRow('conversions.occurred_time')],
};

/** Following an index to a row costs as much as reading this many rows one after the other. */
const rowsReadPerRowFollowed = 10;
/** What the index by time has of a conversion, so that a condition on it follows no row. */
const inIndex: ReadonlySet<ConversionFilterField> = new Set(['id', 'customerId', 'occurredTime']);

/**
 * In the order of an index, rows are followed until the page is full: the fewer match, the more rows that is, up to all of
 * them. Few are found sooner by one pass, and those of given customers or ids by what leads to them.
 */
function findingOf(total: number, { filter, limit, offset }: ConversionQuery): Finding {
  const isLedTo = filter.some(
    ({ field, negated, alternatives }) =>
      (field === 'customerId' || field === 'id') &&
      !negated &&
      alternatives.every((each) => 'equals' in each),
  );
  const isFollowed = filter.some(({ field }) => !inIndex.has(field));
  const isRare = total < rowsReadPerRowFollowed * (limit + offset);
  return isLedTo || (isFollowed && isRare) ? 'by-sorting' : 'freely';
}

/** Reads conversions and their refunds. */
export class ConversionReader {
  readonly #connection: Connection;
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#statements = connection.prepareAll(reads);
  }

  find(organizationId: number, conversionId: string): OwnedConversion | null {
    const row = this.#statements().find.get({ organizationId, conversionId });
    return row === undefined
      ? null
      : { customerId: row.customer_id, conversion: conversionOf(row, row.actor) };
  }

  findRefund(organizationId: number, refundId: string): OwnedRefund | null {
    const row = this.#statements().findRefund.get({ organizationId, refundId });
    return row === undefined ? null : { conversionId: row.conversion_id, refund: refundOf(row, row.actor) };
  }

  list(organizationId: number, collection: ConversionQuery): Collection<OwnedConversion> {
    const matching = conversionsMatching(conversionDialect, organizationId, collection);
    const total = this.#connection.all(countOf(matching))[0]?.total ?? 0;
    const rows = this.#connection.all(pageOf(query, matching, collection, findingOf(total, collection)));
    const items = rows.map((row) => ({
      customerId: row.customer_id,
      conversion: conversionOf(row, row.actor),
    }));
    return { items, total };
  }

  /** Null if there is no such conversion. */
  refunds(organizationId: number, conversionId: string, { limit, offset }: Page): Collection<Refund> | null {
    const owned = this.find(organizationId, conversionId);
    if (owned === null) return null;
    const place = { organizationId, customerId: owned.customerId, conversionKey: owned.conversion.key };
    const rows = this.#statements().listRefunds.all({ ...place, limit, offset });
    const total = this.#statements().countRefunds.get(place)?.total ?? 0;
    return { items: rows.map((row) => refundOf(row, row.actor)), total };
  }
}

/** Writes conversions and refunds, inside a transaction. */
export class ConversionWriter {
  readonly #numbering: Numbering;
  readonly #statements: PreparedQueries<typeof writes>;

  constructor(connection: Connection, numbering: Numbering) {
    this.#numbering = numbering;
    this.#statements = connection.prepareAll(writes);
  }

  add(organizationId: number, customerId: string, conversion: Conversion, isFirst: boolean): void {
    const actorId = this.#numbering.actorId(organizationId, conversion.actor);
    const row = conversionRowOf(conversion, { organizationId, customerId, actorId, isFirst });
    this.#statements().add.run({ ...row });
  }

  addRefund(organizationId: number, { customerId, conversion }: OwnedConversion, refund: Refund): void {
    const { key: conversionKey, refundedAmount, updatedTime } = conversion;
    const actorId = this.#numbering.actorId(organizationId, refund.actor);
    const place = { organizationId, customerId, conversionKey };
    this.#statements().addRefund.run({ ...refundRowOf(refund, { ...place, actorId }) });
    this.#statements().update.run({ ...place, refundedAmount, updatedTime });
  }

  moveAll(organizationId: number, customerId: string, targetCustomerId: string): void {
    const move = { organizationId, customerId, targetCustomerId };
    this.#statements().moveConversions.run(move);
    this.#statements().moveRefunds.run(move);
  }
}

function writes() {
  const move = (table: 'conversions' | 'refunds') =>
    query
      .updateTable(table)
      .set({ customer_id: parameter('targetCustomerId') })
      .where('organization_id', '=', parameter<number>('organizationId'))
      .where('customer_id', '=', parameter<string>('customerId'));
  return {
    ...conversionWrites(query),
    moveConversions: move('conversions'),
    moveRefunds: move('refunds'),
  };
}
