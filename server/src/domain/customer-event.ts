import type { Cause, DomainEvent } from './event.ts';
import type { Instant } from './time.ts';
import type { Standing } from './touch.ts';

/** A customer as far as events tell of it. */
interface Told {
  readonly id: string;
  readonly revision: number;
  readonly leadSourceRevision: number;
  readonly leadSource: Standing | null;
}

/** The event that a customer was created, or merged with another. */
export function customerEvent(
  type: 'customer-created' | 'customer-merged',
  customer: Told,
  now: Instant,
  mergedCustomerId: string | null,
): DomainEvent {
  return {
    type,
    customerId: customer.id,
    cause: null,
    sequence: customer.revision,
    occurredTime: now,
    current: null,
    previous: null,
    original: null,
    mergedCustomerId,
  };
}

/** The event that a customer's lead source differs from `before`. */
export function leadSourceEvent(customer: Told, cause: Cause, now: Instant, before: Told): DomainEvent {
  return {
    type: 'lead-source-changed',
    customerId: customer.id,
    cause,
    sequence: customer.leadSourceRevision,
    occurredTime: now,
    current: customer.leadSource?.current.key ?? null,
    previous: before.leadSource?.current.key ?? null,
    original: customer.leadSource?.original.key ?? null,
    mergedCustomerId: null,
  };
}
