import type { DomainEvent } from '../../domain/event.ts';
import type { KeptEvent } from '../store.ts';
import { type Connection, parameter, query } from './connection.ts';
import type { Numbering } from './interning.ts';

/** Reads the events that wait to be told, oldest first. */
export class EventReader {
  readonly #oldest: ReturnType<typeof prepareOldest>;

  constructor(connection: Connection) {
    this.#oldest = prepareOldest(connection);
  }

  oldest(organizationId: number, limit: number): readonly KeptEvent[] {
    return this.#oldest.all({ organizationId, limit }).map((row) => ({
      key: row.event_key,
      event: {
        type: row.type as DomainEvent['type'],
        customerId: row.customer_id,
        cause: row.cause as DomainEvent['cause'],
        sequence: row.sequence,
        occurredTime: row.occurred_time,
        current: row.current_touch_key,
        previous: row.previous_touch_key,
        original: row.original_touch_key,
        mergedCustomerId: row.merged_customer_id,
      },
    }));
  }
}

/** Keeps events in the transaction of the change they tell of. */
export class EventWriter {
  readonly #numbering: Numbering;
  readonly #statements: ReturnType<typeof writeStatements>;

  constructor(connection: Connection, numbering: Numbering) {
    this.#numbering = numbering;
    this.#statements = writeStatements(connection);
  }

  add(organizationId: number, event: DomainEvent): void {
    this.#statements.add.run({
      organizationId,
      eventKey: this.#numbering.nextKey(organizationId, 'event'),
      customerId: event.customerId,
      type: event.type,
      cause: event.cause,
      sequence: event.sequence,
      occurredTime: event.occurredTime,
      current: event.current,
      previous: event.previous,
      original: event.original,
      mergedCustomerId: event.mergedCustomerId,
    });
  }

  prune(organizationId: number, upToKey: number | null): void {
    this.#statements.prune.run({ organizationId, upToKey: upToKey ?? Number.MAX_SAFE_INTEGER });
  }
}

function prepareOldest(connection: Connection) {
  return connection.prepare(
    query
      .selectFrom('events')
      .selectAll()
      .where('organization_id', '=', parameter<number>('organizationId'))
      .orderBy('event_key')
      .limit(parameter<number>('limit')),
  );
}

function writeStatements(connection: Connection) {
  return {
    add: connection.prepare(
      query.insertInto('events').values({
        organization_id: parameter('organizationId'),
        event_key: parameter('eventKey'),
        customer_id: parameter('customerId'),
        type: parameter('type'),
        cause: parameter('cause'),
        sequence: parameter('sequence'),
        occurred_time: parameter('occurredTime'),
        current_touch_key: parameter('current'),
        previous_touch_key: parameter('previous'),
        original_touch_key: parameter('original'),
        merged_customer_id: parameter('mergedCustomerId'),
      }),
    ),
    prune: connection.prepare(
      query
        .deleteFrom('events')
        .where('organization_id', '=', parameter<number>('organizationId'))
        .where('event_key', '<=', parameter<number>('upToKey')),
    ),
  };
}
