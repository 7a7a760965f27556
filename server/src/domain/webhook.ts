import type { EventType } from './event.ts';
import { invalid } from './failure.ts';
import { changeTime, type Instant, millisecondsPerDay } from './time.ts';

export const webhookStatuses = ['active', 'inactive'] as const;
export type WebhookStatus = (typeof webhookStatuses)[number];

/** A header that the webhook's owner wants on each request. */
export interface WebhookHeader {
  readonly name: string;
  readonly value: string;
  readonly status: WebhookStatus;
}

/** Why the service made a webhook inactive: its receiver said that it is gone, or failed for days. */
export type Deactivation = 'gone' | 'failing';

/** Where an organization wants to be told of events. */
export interface Webhook {
  readonly id: string;
  readonly organizationId: string;
  readonly status: WebhookStatus;
  readonly url: string;
  /** Empty for every type. */
  readonly eventsFilter: readonly EventType[];
  readonly headers: readonly WebhookHeader[];
  /** Signs every request: `whsec_` and base64. */
  readonly secret: string;
  /** The previous secret, which also signs until it expires. */
  readonly previousSecret: { readonly secret: string; readonly expiresTime: Instant } | null;
  /** When the first failed attempt since the last success ended; null where there is none. */
  readonly failingSinceTime: Instant | null;
  readonly deactivation: Deactivation | null;
  readonly createdTime: Instant;
  readonly updatedTime: Instant;
}

/** What the owner of a webhook decides. */
export type WebhookRequest = Pick<Webhook, 'status' | 'url' | 'eventsFilter' | 'headers'>;

const mostActiveWebhooks = 25;
const mostWebhooks = 250;
/** How long the previous secret still signs, so that receivers can change over at their leisure. */
const secretOverlapMilliseconds = millisecondsPerDay;
/** A webhook that has failed for this long is made inactive. */
export const longestFailureMilliseconds = 5 * millisecondsPerDay;

export interface NewWebhook {
  readonly organizationId: string;
  readonly id: string;
  readonly request: WebhookRequest;
  readonly secret: string;
  readonly now: Instant;
}

export function newWebhook({ organizationId, id, request, secret, now }: NewWebhook): Webhook {
  return {
    id,
    organizationId,
    ...request,
    secret,
    previousSecret: null,
    failingSinceTime: null,
    deactivation: null,
    createdTime: now,
    updatedTime: now,
  };
}

/** The webhook as its owner wants it. Earlier failures are forgotten. */
export function changeWebhook(webhook: Webhook, request: WebhookRequest, now: Instant): Webhook {
  return {
    ...webhook,
    ...request,
    failingSinceTime: null,
    deactivation: null,
    updatedTime: changeTime(webhook, now),
  };
}

/** The webhook with a new secret; the previous one also signs for a while. */
export function rotateSecret(webhook: Webhook, secret: string, now: Instant): Webhook {
  const previousSecret = { secret: webhook.secret, expiresTime: now + secretOverlapMilliseconds };
  return { ...webhook, secret, previousSecret, updatedTime: changeTime(webhook, now) };
}

/** The secrets that sign at a moment, newest first. */
export function signingSecrets({ secret, previousSecret }: Webhook, now: Instant): readonly string[] {
  if (previousSecret === null || previousSecret.expiresTime <= now) return [secret];
  return [secret, previousSecret.secret];
}

export function wants({ status, eventsFilter }: Webhook, type: EventType): boolean {
  return status === 'active' && (eventsFilter.length === 0 || eventsFilter.includes(type));
}

/** Fails with `invalid` where a webhook is to be active and the maximum of others is already. */
export function requireRoom(webhook: Webhook, activeOthers: number): void {
  if (webhook.status === 'inactive' || activeOthers < mostActiveWebhooks) return;
  throw invalid('status', `must be inactive: ${mostActiveWebhooks} webhooks are active already`);
}

/** Fails with `invalid` where there are so many webhooks, active or not, that no other may be added. */
export function requireAnother(webhooks: number): void {
  if (webhooks < mostWebhooks) return;
  throw invalid('', `must not be another webhook: there are ${mostWebhooks} already`);
}

/** Headers that the request itself sets, or that belong to the connection. */
const ownHeaders =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|expect|keep-alive|proxy-.*|http2-settings|webhook-.*)$/i;

export function isHeaderName(name: string): boolean {
  return /^[\w!#$%&'*+.^`|~-]{1,100}$/.test(name) && !ownHeaders.test(name);
}

/** Visible ASCII with spaces in between, which every receiver reads the same. */
export function isHeaderValue(value: string): boolean {
  return /^[\x21-\x7e](?:[\x20-\x7e]{0,1022}[\x21-\x7e])?$/.test(value);
}
