import { Webhook as Signer } from 'standardwebhooks';
import type { Instant } from '../domain/time.ts';
import { signingSecrets, type Webhook } from '../domain/webhook.ts';

/** The headers of Standard Webhooks, with a signature by each secret in force. */
export function signatureHeaders(
  webhook: Webhook,
  deliveryId: string,
  body: string,
  now: Instant,
): Readonly<Record<string, string>> {
  const sentTime = new Date(now);
  const signatures = signingSecrets(webhook, now).map((secret) =>
    new Signer(secret).sign(deliveryId, sentTime, body),
  );
  return {
    'webhook-id': deliveryId,
    'webhook-timestamp': String(Math.floor(now / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}
