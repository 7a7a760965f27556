import type { Customer } from './customer.ts';
import type { DomainEvent } from './event.ts';
import { changeTime, type Instant } from './time.ts';
import type { KnownTouch } from './touch.ts';
import { type Deactivation, longestFailureMilliseconds, type Webhook } from './webhook.ts';

export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

/** An event on its way to one webhook. */
export interface WebhookDelivery {
  /** The same in each attempt, so that receivers recognize a repetition. */
  readonly id: string;
  readonly webhookId: string;
  readonly event: DomainEvent;
  readonly status: DeliveryStatus;
  /** Counted since it was made, or last resent on request. */
  readonly attempts: number;
  /** When the next attempt is due; null where none is. */
  readonly nextTime: Instant | null;
  readonly lastAttempt: Attempt | null;
  readonly createdTime: Instant;
  readonly updatedTime: Instant;
}

/** What is known of an event when it is delivered. */
export interface ToldEvent {
  readonly organizationId: string;
  readonly event: DomainEvent;
  /** The customer's current state; null if it was merged away. */
  readonly customer: Customer | null;
  /** Those of the touches named by the event that still exist. */
  readonly touches: readonly KnownTouch[];
}

/** A request to a receiver, and its outcome. */
export interface Attempt {
  readonly initiatedTime: Instant;
  readonly durationMilliseconds: number;
  readonly url: string;
  /** Null where no answer came. */
  readonly responseStatus: number | null;
  /** Why no answer came; null where one did. */
  readonly error: string | null;
  /** The beginning of the answer, for an attempt that failed. */
  readonly response: string | null;
}

const [second, minute, hour] = [1000, 60_000, 3_600_000];

/** How long each attempt waits after the one before; the first is immediate. */
const attemptDelaysMilliseconds: readonly number[] = [
  0,
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
];

/** Up to this share of a delay may be added to it, so that what failed together does not return together. */
const jitterShare = 0.2;
const goneStatus = 410;

/** How far the clocks of processes may differ before deliveries are taken for postponed. */
const toleratedMilliseconds = minute;

/** A delivery after so many attempts that waits for longer than this was made to by a clock that was set back since. */
export const longestWaitsMilliseconds: readonly number[] = attemptDelaysMilliseconds.map(
  (delay) => Math.ceil(delay * (1 + jitterShare)) + toleratedMilliseconds,
);

export function isSuccess({ responseStatus }: Attempt): boolean {
  return responseStatus !== null && responseStatus >= 200 && responseStatus <= 299;
}

interface Ending {
  readonly now: Instant;
  /** From 0 up to 1. */
  readonly jitter: number;
  /** Whether the webhook was still active when the attempt ended: for an inactive one nothing is tried again. */
  readonly isActive?: boolean;
  /** Whether the webhook had another URL by then, so that the answer of the one before says nothing about it. */
  readonly isMoved?: boolean;
}

/** What counts of the webhook when an attempt ends; null for one that was deleted. */
export function webhookAtEnd(webhook: Webhook | null, { url }: Attempt): Omit<Ending, 'now' | 'jitter'> {
  return { isActive: webhook?.status === 'active', isMoved: webhook !== null && webhook.url !== url };
}

/** A delivery after an attempt that ended `now`. */
export function afterAttempt(
  delivery: WebhookDelivery,
  attempt: Attempt,
  { now, jitter, isActive = true, isMoved = false }: Ending,
): WebhookDelivery {
  const attempts = delivery.attempts + 1;
  const made = { ...delivery, attempts, lastAttempt: attempt, updatedTime: changeTime(delivery, now) };
  if (isSuccess(attempt)) return { ...made, status: 'delivered', nextTime: null };
  const delay = attemptDelaysMilliseconds[attempts];
  const isGone = attempt.responseStatus === goneStatus && !isMoved;
  const isGivenUp = delivery.nextTime === null;
  if (!isActive || delay === undefined || isGone || isGivenUp) {
    return { ...made, status: 'failed', nextTime: null };
  }
  return { ...made, status: 'pending', nextTime: now + Math.round(delay * (1 + jitterShare * jitter)) };
}

/** The webhook after such an attempt; the same object where nothing changes. */
export function webhookAfter(webhook: Webhook, attempt: Attempt, now: Instant): Webhook {
  if (webhook.status === 'inactive' || webhook.url !== attempt.url) return webhook;
  if (isSuccess(attempt)) {
    return webhook.failingSinceTime === null ? webhook : { ...webhook, failingSinceTime: null };
  }
  const failingSinceTime = webhook.failingSinceTime ?? now;
  const deactivation = deactivationBy(attempt, now - failingSinceTime);
  if (deactivation !== null) {
    const updatedTime = changeTime(webhook, now);
    return { ...webhook, status: 'inactive', deactivation, failingSinceTime, updatedTime };
  }
  return webhook.failingSinceTime === null ? { ...webhook, failingSinceTime } : webhook;
}

function deactivationBy({ responseStatus }: Attempt, failingMilliseconds: number): Deactivation | null {
  if (responseStatus === goneStatus) return 'gone';
  return failingMilliseconds >= longestFailureMilliseconds ? 'failing' : null;
}

/** The delivery to be made again, beginning with its first attempt. */
export function sentAnew(delivery: WebhookDelivery, now: Instant): WebhookDelivery {
  return {
    ...delivery,
    status: 'pending',
    attempts: 0,
    nextTime: now,
    updatedTime: changeTime(delivery, now),
  };
}

/** How attempts ended since the service started, and what is due. */
export interface DeliveryFigures {
  readonly attempts: Readonly<Record<'delivered' | 'retried' | 'failed', number>>;
  /** Due deliveries that this process has at hand. */
  readonly due: number;
  /** How long the oldest of them has been due; 0 where there is none. */
  readonly oldestDueSeconds: number;
}
