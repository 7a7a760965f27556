import type { DomainEvent } from '../../domain/event.ts';
import type { EventRow } from '../schema.ts';
import type { KeptEvent } from '../store.ts';

export function keptEventOf(row: EventRow): KeptEvent {
  return {
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
  };
}

export function eventRowOf(organizationId: number, eventKey: number, event: DomainEvent): EventRow {
  return {
    organization_id: organizationId,
    event_key: eventKey,
    customer_id: event.customerId,
    type: event.type,
    cause: event.cause,
    sequence: event.sequence,
    occurred_time: event.occurredTime,
    current_touch_key: event.current,
    previous_touch_key: event.previous,
    original_touch_key: event.original,
    merged_customer_id: event.mergedCustomerId,
  };
}

/** The last key to drop; `upToKey` null means all. */
export function pruneArguments(organizationId: number, upToKey: number | null) {
  return { organizationId, upToKey: upToKey ?? Number.MAX_SAFE_INTEGER };
}
