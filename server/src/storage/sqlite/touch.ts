import { sql } from 'kysely';
import type { ChannelTuple } from '../../domain/channel.ts';
import type { Collection, Page } from '../../domain/collection.ts';
import type { Instant } from '../../domain/time.ts';
import {
  type KnownTouch,
  type ListedTouch,
  type NewTouch,
  positionOf,
  type Touch,
  type TouchKey,
} from '../../domain/touch.ts';
import { touchColumns } from '../columns.ts';
import type { GivenTouch } from '../customer-room.ts';
import { areDeciding, lookedAtFromEnd } from '../deciding-touches.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import { isBeingUndone, ofItsImport, touchReads } from '../queries/touch.ts';
import { touchCounts } from '../queries/touch-count.ts';
import { touchCountsOf, touchOf, touchRowOf } from '../rows/touch.ts';
import type { LeadTouchRow, TouchRow } from '../schema.ts';
import type { TouchCounts } from '../store.ts';
import { type Connection, countedRow, type PreparedQueries, query } from './connection.ts';
import type { Interning, Numbering } from './interning.ts';
import { type Cells, placesOf, RowAdding } from './row-adding.ts';

const organizationId = parameter<number>('organizationId');
const removed = sql<{ value: number }>`json_each(${parameter<string>('removing')})`.as('given');
const isLeft = sql<boolean>`touch_key not in (select given.value from ${removed})`;
const ofCustomer = query
  .selectFrom('touches')
  .where('touches.organization_id', '=', organizationId)
  .where('touches.customer_id', '=', parameter<string>('customerId'));

const reads = () => ({
  ...touchReads(query),
  // A cross join starts with what it names first.
  removed: query
    .selectFrom(removed)
    .crossJoin('touches')
    .selectAll('touches')
    .where('touches.organization_id', '=', organizationId)
    .where('touches.customer_id', '=', parameter<string>('customerId'))
    .whereRef('touches.touch_key', '=', 'given.value'),
  // Only keys, which are sorted at a fraction of the cost of rows.
  firstLeft: ofCustomer
    .select('touch_key')
    .where(isLeft)
    .orderBy('occurred_time')
    .orderBy('touch_key')
    .limit(1),
  lastLeft: ofCustomer
    .select('touch_key')
    .where(isLeft)
    .orderBy('occurred_time', 'desc')
    .orderBy('touch_key', 'desc')
    .limit(sql.lit(lookedAtFromEnd)),
  findGiven: query
    .selectFrom('touches')
    .leftJoin('imports', ofItsImport)
    .selectAll('touches')
    .select('imports.status as import_status')
    .where('touches.organization_id', '=', organizationId)
    .where('touches.given_id', '=', parameter<string>('givenId')),
  // A cross join starts with what it names first. Without statistics, SQLite takes a list of ids to be longer than a table.
  findAllGiven: query
    .selectFrom(sql<{ value: string }>`json_each(${parameter<string>('givenIds')})`.as('given'))
    .crossJoin('touches')
    .leftJoin('imports', ofItsImport)
    .selectAll('touches')
    .select(['imports.status as import_status', 'given.value as told'])
    .where('touches.organization_id', '=', organizationId)
    .whereRef('touches.given_id', '=', 'given.value'),
});

/** Reads touches. */
export class TouchReader {
  readonly #connection: Connection;
  readonly #interning: Interning;
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection, interning: Interning) {
    this.#connection = connection;
    this.#interning = interning;
    this.#statements = connection.prepareAll(reads);
  }

  find(organizationId: number, customerId: string, touchKey: number): Touch {
    const row = this.#statements().find.get({ organizationId, customerId, touchKey });
    if (row === undefined) throw new Error(`Touch ${touchKey} of a customer is missing.`);
    return this.touchOf(row);
  }

  /** Null if it was removed. */
  findKnown(organizationId: number, customerId: string, touchKey: number): KnownTouch | null {
    const row = this.#statements().find.get({ organizationId, customerId, touchKey });
    return row === undefined ? null : { touch: this.touchOf(row), givenId: row.given_id };
  }

  list(
    organizationId: number,
    customerId: string,
    { original, current }: { original: number; current: number },
    { limit, offset }: Page,
  ): Collection<ListedTouch> {
    const rows = this.#statements().list.all({ organizationId, customerId, limit, offset });
    const total = this.#statements().count.get({ organizationId, customerId })?.total ?? 0;
    const items = rows.map((row) => {
      const { clickIdKind, referrerHost } = this.#interning.tuple(organizationId, row.tuple_id);
      const position = positionOf(row.touch_key, original, current);
      return { touch: this.touchOf(row), givenId: row.given_id, position, clickIdKind, referrerHost };
    });
    return { items, total };
  }

  /** How many touches share each tuple since a moment. Examines every touch of the organization. */
  counts(organizationId: number, since: Instant): TouchCounts {
    const first = [countedRow('touches.touch_key')];
    return touchCountsOf(this.#connection.all(touchCounts(query, organizationId, since, first)));
  }

  tuples(organizationId: number, keys: readonly number[]): readonly ChannelTuple[] {
    return keys.map((key) => this.#interning.tuple(organizationId, key));
  }

  /** Every touch of a customer. */
  all(organizationId: number, customerId: string): readonly KnownTouch[] {
    const rows = this.#statements().list.all({ organizationId, customerId, limit: -1, offset: 0 });
    return rows.map((row) => ({ touch: this.touchOf(row), givenId: row.given_id }));
  }

  /** Those of a customer with these keys and, of the others, at least those that decide the standing without these. */
  deciding(organizationId: number, customerId: string, keys: readonly TouchKey[]): readonly KnownTouch[] {
    const place = { organizationId, customerId };
    const removing = { ...place, removing: JSON.stringify(keys) };
    const known = (row: TouchRow) => ({ touch: this.touchOf(row), givenId: row.given_id });
    const rowsOf = (found: readonly { readonly touch_key: TouchKey }[]) =>
      found.flatMap(({ touch_key: touchKey }) => this.#statements().find.all({ ...place, touchKey }));
    const last = rowsOf(this.#statements().lastLeft.all(removing)).map(known);
    if (!areDeciding(last.map(({ touch }) => touch))) return this.all(organizationId, customerId);
    const first = rowsOf(this.#statements().firstLeft.all(removing)).map(known);
    return [...this.#statements().removed.all(removing).map(known), ...first, ...last];
  }

  /** The touch with this given id. */
  findGiven(organizationId: number, givenId: string): GivenTouch | null {
    const row = this.#statements().findGiven.get({ organizationId, givenId });
    return row === undefined ? null : this.#givenOf(row);
  }

  /** The touches with any of these given ids, by given id. */
  findAllGiven(organizationId: number, givenIds: readonly string[]): Map<string, GivenTouch> {
    const rows = this.#statements().findAllGiven.all({ organizationId, givenIds: JSON.stringify(givenIds) });
    return new Map(rows.map((row) => [row.told, this.#givenOf(row)]));
  }

  #givenOf(row: LeadTouchRow & { readonly import_status: string | null }): GivenTouch {
    return { customerId: row.customer_id, touch: this.touchOf(row), isBeingUndone: isBeingUndone(row) };
  }

  /** A touch from its row; its tuple and actor are looked up. */
  touchOf(row: LeadTouchRow): Touch {
    const { organization_id: organizationId, tuple_id: tupleId, actor_id: actorId } = row;
    return touchOf(
      row,
      this.#interning.tuple(organizationId, tupleId),
      this.#interning.actor(organizationId, actorId),
    );
  }
}

/** Writes touches, inside a transaction. */
export class TouchWriter {
  readonly #numbering: Numbering;
  readonly #statements: PreparedQueries<typeof touchWrites>;
  readonly #rows: RowAdding<TouchRow>;

  constructor(connection: Connection, numbering: Numbering) {
    this.#numbering = numbering;
    this.#statements = connection.prepareAll(touchWrites);
    this.#rows = new RowAdding<TouchRow>(connection, {
      // If a row cannot be added, the whole transaction is rolled back, so the statement need not be undone on its own.
      statement: (rows) => query.insertInto('touches').orFail().values(placesOf(touchColumns, rows)),
      append: appendTouch,
    });
  }

  add(organizationId: number, customerId: string, added: NewTouch): void {
    this.#statements().add.execute({ ...this.#rowOf(organizationId, customerId, added) });
  }

  /** The same for many, by customer: in the order of the table's key, adjacent rows are written together. */
  addAll(organizationId: number, added: readonly (readonly [string, readonly NewTouch[]])[]): void {
    const rows = added.flatMap(([customerId, touches]) =>
      touches.map((touch) => this.#rowOf(organizationId, customerId, touch)),
    );
    this.#rows.add(rows);
  }

  remove(organizationId: number, customerId: string, touchKey: TouchKey): void {
    this.#statements().remove.run({ organizationId, customerId, touchKey });
    this.#statements().removeVisitor.run({ organizationId, customerId, touchKey });
  }

  /** Stores a touch without its details. */
  strip(organizationId: number, customerId: string, { key: touchKey, leadSource }: Touch): void {
    const { clickId, path, referrer } = leadSource;
    this.#statements().strip.run({ organizationId, customerId, touchKey, clickId, path, referrer });
  }

  removeAll(organizationId: number, customerId: string): void {
    this.#statements().removeAll.run({ organizationId, customerId });
    this.#statements().removeAllVisitors.run({ organizationId, customerId });
  }

  moveAll(organizationId: number, customerId: string, targetCustomerId: string): void {
    this.#statements().moveAll.run({ organizationId, customerId, targetCustomerId });
    this.#statements().moveAllVisitors.run({ organizationId, customerId, targetCustomerId });
  }

  move(organizationId: number, customerId: string, targetCustomerId: string, touchKey: TouchKey): void {
    this.#statements().move.run({ organizationId, customerId, targetCustomerId, touchKey });
  }

  #rowOf(organizationId: number, customerId: string, added: NewTouch): TouchRow {
    const { touch, givenId, clickIdKind, importKey } = added;
    const actorId = this.#numbering.actorId(organizationId, touch.actor);
    const tupleId = this.#numbering.tupleId(organizationId, touch.leadSource, clickIdKind);
    return touchRowOf(touch, { organizationId, customerId, actorId, tupleId, importKey, givenId });
  }
}

/** In the order of `touchColumns`. */
function appendTouch(cells: Cells, row: TouchRow): void {
  cells.push(
    row.organization_id,
    row.customer_id,
    row.touch_key,
    row.occurred_time,
    row.recorded_time,
    row.origin,
    row.actor_id,
    row.tuple_id,
    row.click_id,
    row.path,
    row.referrer,
    row.import_key,
    row.given_id,
  );
}

/** The tables with a row per touch, by customer and key. */
type TableOfTouches = 'touches' | 'visitor_touches';

function touchWrites() {
  const organization_id = parameter<number>('organizationId');
  const customer_id = parameter<string>('customerId');
  const touch_key = parameter<number>('touchKey');
  const removal = (table: TableOfTouches) =>
    query
      .deleteFrom(table)
      .where('organization_id', '=', organization_id)
      .where('customer_id', '=', customer_id);
  const move = (table: TableOfTouches) =>
    query
      .updateTable(table)
      .set({ customer_id: parameter('targetCustomerId') })
      .where('organization_id', '=', organization_id)
      .where('customer_id', '=', customer_id);
  return {
    add: query.insertInto('touches').values(parametersNamed(touchColumns)),
    remove: removal('touches').where('touch_key', '=', touch_key),
    strip: query
      .updateTable('touches')
      .set({ click_id: parameter('clickId'), path: parameter('path'), referrer: parameter('referrer') })
      .where('organization_id', '=', organization_id)
      .where('customer_id', '=', customer_id)
      .where('touch_key', '=', touch_key),
    removeVisitor: removal('visitor_touches').where('touch_key', '=', touch_key),
    removeAll: removal('touches'),
    removeAllVisitors: removal('visitor_touches'),
    move: move('touches').where('touch_key', '=', touch_key),
    moveAll: move('touches'),
    moveAllVisitors: move('visitor_touches'),
  };
}
