import type { Collection, Page } from '../../domain/collection.ts';
import { positionOf, type Touch } from '../../domain/touch.ts';
import { touchColumns } from '../columns.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import { touchReads } from '../queries/touch.ts';
import { touchOf, touchRowOf } from '../rows/touch.ts';
import type { TouchRow } from '../schema.ts';
import type { PlacedTouch } from '../store.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';
import type { Interning, Numbering } from './interning.ts';

const reads = touchReads(query);

/** Reads touches. */
export class TouchReader {
  readonly #interning: Interning;
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection, interning: Interning) {
    this.#interning = interning;
    this.#statements = connection.prepareAll(reads);
  }

  find(organizationId: number, customerId: string, touchKey: number): Touch {
    const touch = this.findIfThere(organizationId, customerId, touchKey);
    if (touch === null) throw new Error(`Touch ${touchKey} of a customer is missing.`);
    return touch;
  }

  /** Null where it was removed. */
  findIfThere(organizationId: number, customerId: string, touchKey: number): Touch | null {
    const row = this.#statements.find.get({ organizationId, customerId, touchKey });
    return row === undefined ? null : this.touchOf(row);
  }

  list(
    organizationId: number,
    customerId: string,
    { original, current }: { original: number; current: number },
    { limit, offset }: Page,
  ): Collection<PlacedTouch> {
    const rows = this.#statements.list.all({ organizationId, customerId, limit, offset });
    const total = this.#statements.count.get({ organizationId, customerId })?.total ?? 0;
    const items = rows.map((row) => ({
      touch: this.touchOf(row),
      position: positionOf(row.touch_key, original, current),
    }));
    return { items, total };
  }

  /** A touch from its row: what repeats in it is looked up. */
  touchOf(row: TouchRow): Touch {
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
  readonly #statements: PreparedQueries<ReturnType<typeof touchWrites>>;

  constructor(connection: Connection, numbering: Numbering) {
    this.#numbering = numbering;
    this.#statements = connection.prepareAll(touchWrites());
  }

  add(organizationId: number, customerId: string, touch: Touch): void {
    const actorId = this.#numbering.actorId(organizationId, touch.actor);
    const tupleId = this.#numbering.tupleId(organizationId, touch.leadSource);
    this.#statements.add.run({ ...touchRowOf(touch, { organizationId, customerId, actorId, tupleId }) });
  }

  removeAll(organizationId: number, customerId: string): void {
    this.#statements.removeAll.run({ organizationId, customerId });
  }

  moveAll(organizationId: number, customerId: string, targetCustomerId: string): void {
    this.#statements.moveAll.run({ organizationId, customerId, targetCustomerId });
  }
}

function touchWrites() {
  const organization_id = parameter<number>('organizationId');
  const customer_id = parameter<string>('customerId');
  return {
    add: query.insertInto('touches').values(parametersNamed(touchColumns)),
    removeAll: query
      .deleteFrom('touches')
      .where('organization_id', '=', organization_id)
      .where('customer_id', '=', customer_id),
    moveAll: query
      .updateTable('touches')
      .set({ customer_id: parameter('targetCustomerId') })
      .where('organization_id', '=', organization_id)
      .where('customer_id', '=', customer_id),
  };
}
