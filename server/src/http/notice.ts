import { formatInstant } from '../domain/time.ts';
import { type KnownTouch, type TouchKey, touchId } from '../domain/touch.ts';
import type { ToldEvent } from '../domain/webhook-delivery.ts';
import { customerDocument } from './routes/customer.ts';
import { leadSourcePath } from './routes/lead-source.ts';

/** The JSON body that tells a webhook of an event. A touch that was deleted since is null. */
export function composeNotice(
  { organizationId, event, customer, touches }: ToldEvent,
  publicUrl: string,
): string {
  const byKey = new Map(touches.map((known) => [known.touch.key, known]));
  const document = (key: TouchKey | null) => {
    const known = key === null ? undefined : byKey.get(key);
    return known === undefined ? null : touchDocument(known);
  };
  const link = (path: string) => publicUrl + path;
  const { customerId } = event;
  return JSON.stringify({
    customerId,
    organizationId,
    eventType: event.type,
    sequence: event.sequence,
    cause: event.cause,
    occurredTime: formatInstant(event.occurredTime),
    ...(event.type === 'lead-source-changed' && {
      current: document(event.current),
      previous: document(event.previous),
      original: document(event.original),
    }),
    ...(event.type === 'customer-merged' && { mergedCustomerId: event.mergedCustomerId }),
    _embedded: { customer: customer === null ? null : customerDocument(customer, organizationId, link) },
    _links: [
      { href: link(`/customers/${customerId}`), rel: 'customer' },
      { href: link(leadSourcePath(customerId)), rel: 'leadSource' },
    ],
  });
}

function touchDocument(known: KnownTouch) {
  const { occurredTime, leadSource } = known.touch;
  return { id: touchId(known), occurredTime: formatInstant(occurredTime), ...leadSource };
}
