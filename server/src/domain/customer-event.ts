import type { Customer } from './customer.ts';
import type { Cause, DomainEvent } from './event.ts';
import type { Instant } from './time.ts';

/** The event that a customer was created, or merged with another. */
export function customerEvent(
  type: 'customer-created' | 'customer-merged',
  customer: Customer,
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
export function leadSourceEvent(
  customer: Customer,
  cause: Cause,
  now: Instant,
  before: Customer,
): DomainEvent {
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
