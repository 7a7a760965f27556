import { WebhookVerificationError } from './errors.ts';
import type { Customer } from './generated/types.ts';

/** A message as received: its body before any parsing, and its headers. */
export interface SignedMessage {
  readonly body: string | Uint8Array;
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** `whsec_…`; while a secret is being replaced, both the old and the new one. */
  readonly secret: string | readonly string[];
  /** How far the sender's clock may differ from ours. 300 by default. */
  readonly toleranceSeconds?: number | undefined;
  /** In milliseconds of the Unix epoch; the runtime's clock by default. */
  readonly now?: number | undefined;
}

/** A lead source as an event describes it. */
export interface ToldTouch {
  readonly id: string;
  readonly occurredTime: string;
  readonly medium: string | null;
  readonly source: string | null;
  readonly campaign: string | null;
  readonly term: string | null;
  readonly content: string | null;
  readonly affiliate: string | null;
  readonly subAffiliate: string | null;
  readonly salesAgent: string | null;
  readonly clickId: string | null;
  readonly path: string | null;
  readonly referrer: string | null;
}

/** The body of a message to a webhook. */
export interface WebhookEvent {
  readonly eventType: 'lead-source-changed' | 'customer-created' | 'customer-merged' | (string & {});
  readonly organizationId: string;
  readonly customerId: string;
  /** Grows with every event of the customer: an event with a smaller number than the last one seen is out of date. */
  readonly sequence: number;
  readonly cause: string | null;
  readonly occurredTime: string;
  /** Only for `lead-source-changed`; null if there is none, or if it has been deleted since. */
  readonly current?: ToldTouch | null;
  readonly previous?: ToldTouch | null;
  readonly original?: ToldTouch | null;
  /** Only for `customer-merged`. */
  readonly mergedCustomerId?: string;
  readonly _embedded: { readonly customer: Customer | null };
  readonly _links: readonly { readonly href: string; readonly rel: string }[];
}

/**
 * Returns the event of a message signed according to Standard Webhooks, recently, with one of the secrets; otherwise fails with a
 * `WebhookVerificationError`. A message may arrive more than once: its header `webhook-id` identifies it.
 */
export async function verifyWebhook(message: SignedMessage): Promise<WebhookEvent> {
  const { body, secret, toleranceSeconds = 300, now = Date.now() } = message;
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => header(message, name));
  if (!id || !timestamp || !signatures) throw new WebhookVerificationError('A webhook-* header is missing.');
  if (!/^\d+$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > toleranceSeconds)
    throw new WebhookVerificationError('The message was not sent just now.');
  const text = typeof body === 'string' ? body : new TextDecoder('utf-8', { ignoreBOM: true }).decode(body);
  const signed = new TextEncoder().encode(`${id}.${timestamp}.${text}`);
  const offered = signatures.split(' ').filter((signature) => signature.startsWith('v1,'));
  for (const one of [secret].flat()) {
    const key = await keyOf(one);
    for (const signature of offered) {
      // The runtime compares in constant time.
      if (await crypto.subtle.verify('HMAC', key, bytesOf(signature.slice(3)), signed))
        return JSON.parse(text);
    }
  }
  throw new WebhookVerificationError('No signature is of one of the secrets.');
}

function header({ headers }: SignedMessage, name: string): string | undefined {
  const whole = `webhook-${name}`;
  if (headers instanceof Headers) return headers.get(whole) ?? undefined;
  const [, value] = Object.entries(headers).find(([given]) => given.toLowerCase() === whole) ?? [];
  return value?.toString();
}

function keyOf(secret: string): Promise<CryptoKey> {
  const bytes = bytesOf(secret.replace(/^whsec_/, ''));
  // With an empty key, anybody could sign.
  if (bytes.length === 0) throw new TypeError('The secret of a webhook is `whsec_` and base64.');
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
}

/** The decoded bytes; empty if the text is not base64. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}
