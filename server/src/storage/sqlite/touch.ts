import type { Collection, Page } from '../../domain/collection.ts';
import { positionOf, type Touch, touchOrigins } from '../../domain/touch.ts';
import type { TouchRow } from '../schema.ts';
import type { PlacedTouch } from '../store.ts';
import { type Connection, parameter, query } from './connection.ts';
import type { Interning, Numbering } from './interning.ts';

/** Reads touches. */
export class TouchReader {
  readonly #interning: Interning;
  readonly #statements: ReturnType<typeof readStatements>;

  constructor(connection: Connection, interning: Interning) {
    this.#interning = interning;
    this.#statements = readStatements(connection);
  }

  find(organizationId: number, customerId: string, touchKey: number): Touch {
    const row = this.#statements.find.get({ organizationId, customerId, touchKey });
    if (row === undefined) throw new Error(`Touch ${touchKey} of a customer is missing.`);
    return this.#touchOf(row);
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
      touch: this.#touchOf(row),
      position: positionOf(row.touch_key, original, current),
    }));
    return { items, total };
  }

  #touchOf(row: TouchRow): Touch {
    const tuple = this.#interning.tuple(row.organization_id, row.tuple_id);
    const origin = touchOrigins[row.origin];
    if (origin === undefined) throw new Error(`Touch ${row.touch_key} has the unknown origin ${row.origin}.`);
    return {
      key: row.touch_key,
      occurredTime: row.occurred_time,
      recordedTime: row.recorded_time,
      origin,
      actor: this.#interning.actor(row.organization_id, row.actor_id),
      leadSource: {
        medium: tuple.medium,
        source: tuple.source,
        campaign: tuple.campaign,
        term: tuple.term,
        content: tuple.content,
        affiliate: tuple.affiliate,
        subAffiliate: tuple.subAffiliate,
        salesAgent: tuple.salesAgent,
        clickId: row.click_id,
        path: row.path,
        referrer: row.referrer,
      },
    };
  }
}

/** Writes touches, inside a transaction. */
export class TouchWriter {
  readonly #numbering: Numbering;
  readonly #statements: ReturnType<typeof writeStatements>;

  constructor(connection: Connection, numbering: Numbering) {
    this.#numbering = numbering;
    this.#statements = writeStatements(connection);
  }

  add(organizationId: number, customerId: string, touch: Touch): void {
    this.#statements.add.run({
      organizationId,
      customerId,
      touchKey: touch.key,
      occurredTime: touch.occurredTime,
      recordedTime: touch.recordedTime,
      origin: touchOrigins.indexOf(touch.origin),
      actorId: this.#numbering.actorId(organizationId, touch.actor),
      tupleId: this.#numbering.tupleId(organizationId, touch.leadSource),
      clickId: touch.leadSource.clickId,
      path: touch.leadSource.path,
      referrer: touch.leadSource.referrer,
    });
  }

  removeAll(organizationId: number, customerId: string): void {
    this.#statements.removeAll.run({ organizationId, customerId });
  }

  moveAll(organizationId: number, customerId: string, targetCustomerId: string): void {
    this.#statements.moveAll.run({ organizationId, customerId, targetCustomerId });
  }
}

function readStatements(connection: Connection) {
  const ofCustomer = query
    .selectFrom('touches')
    .where('organization_id', '=', parameter<number>('organizationId'))
    .where('customer_id', '=', parameter<string>('customerId'));
  return {
    find: connection.prepare(ofCustomer.selectAll().where('touch_key', '=', parameter<number>('touchKey'))),
    list: connection.prepare(
      ofCustomer
        .selectAll()
        .orderBy('occurred_time')
        .orderBy('touch_key')
        .limit(parameter<number>('limit'))
        .offset(parameter<number>('offset')),
    ),
    count: connection.prepare(ofCustomer.select(({ fn }) => fn.countAll<number>().as('total'))),
  };
}

function writeStatements(connection: Connection) {
  const organization_id = parameter<number>('organizationId');
  const customer_id = parameter<string>('customerId');
  return {
    add: connection.prepare(
      query.insertInto('touches').values({
        organization_id,
        customer_id,
        touch_key: parameter('touchKey'),
        occurred_time: parameter('occurredTime'),
        recorded_time: parameter('recordedTime'),
        origin: parameter('origin'),
        actor_id: parameter('actorId'),
        tuple_id: parameter('tupleId'),
        click_id: parameter('clickId'),
        path: parameter('path'),
        referrer: parameter('referrer'),
      }),
    ),
    removeAll: connection.prepare(
      query
        .deleteFrom('touches')
        .where('organization_id', '=', organization_id)
        .where('customer_id', '=', customer_id),
    ),
    moveAll: connection.prepare(
      query
        .updateTable('touches')
        .set({ customer_id: parameter('targetCustomerId') })
        .where('organization_id', '=', organization_id)
        .where('customer_id', '=', customer_id),
    ),
  };
}
