import type { Customer } from './customer.ts';
import type { DomainEvent } from './event.ts';
import type { Instant } from './time.ts';

/** That a customer came into being, or took another one in. */
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
