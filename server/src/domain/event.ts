import type { Instant } from './time.ts';
import type { TouchKey } from './touch.ts';

/** All of which a webhook can be told of. */
export const eventTypes = ['lead-source-changed', 'customer-created', 'customer-merged'] as const;
export type EventType = (typeof eventTypes)[number];

/**
 * Why a lead source changed: it was put; a touch was added, by itself, by a bulk import or by capture; a visitor was linked;
 * touches were undone, or exceeded the age limit; all were deleted; or customers were merged.
 */
export type Cause = 'put' | 'add' | 'import' | 'capture' | 'link' | 'undo' | 'expire' | 'delete' | 'merge';

/** What webhooks are told after the commit; stored as a row in the transaction of the change. */
export interface DomainEvent {
  readonly type: EventType;
  readonly customerId: string;
  readonly cause: Cause | null;
  /** The lead source's revision for its changes, the customer's for its own; grows with every event of one type of a customer. */
  readonly sequence: number;
  readonly occurredTime: Instant;
  readonly current: TouchKey | null;
  readonly previous: TouchKey | null;
  readonly original: TouchKey | null;
  /** The customer that was merged away, for `customer-merged`. */
  readonly mergedCustomerId: string | null;
}

/** What waits in an organization's outbox. */
export interface OutboxState {
  /** The newest event that was not pruned; null where there is none. */
  readonly lastEventKey: number | null;
  /** When the first of the waiting deliveries is due; null where none waits. */
  readonly nextDeliveryTime: Instant | null;
}

/** How far a process is behind with the events it knows of. */
export interface OutboxLag {
  /** Organizations with events that may not have been handled yet. */
  readonly organizations: number;
  /** How long ago the first of these events was committed; 0 where there is none. */
  readonly oldestSeconds: number;
}
