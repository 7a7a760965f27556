import { describe, expect, test } from 'vitest';
import {
  changeWebhook,
  isHeaderName,
  isHeaderValue,
  newWebhook,
  rotateSecret,
  signingSecrets,
  type WebhookRequest,
  wants,
} from '../../src/domain/webhook.ts';

const day = 86_400_000;
const request: WebhookRequest = {
  status: 'active',
  url: 'https://a.example/',
  eventsFilter: [],
  headers: [],
};
const webhook = newWebhook({ organizationId: 'org', id: 'w', request, secret: 'first', now: 0 });

describe('a webhook', () => {
  test('wants every type where it names none, else those it names, and nothing while it is inactive', () => {
    expect(wants(webhook, 'customer-merged')).toBe(true);
    const picky = changeWebhook(webhook, { ...request, eventsFilter: ['customer-created'] }, 1);
    expect(wants(picky, 'customer-created')).toBe(true);
    expect(wants(picky, 'customer-merged')).toBe(false);
    expect(wants({ ...picky, status: 'inactive' }, 'customer-created')).toBe(false);
  });

  test('signs with the secret before as well, for a day after it was changed, and with no older one', () => {
    const second = rotateSecret(webhook, 'second', 5);
    expect(signingSecrets(webhook, 5)).toEqual(['first']);
    expect(signingSecrets(second, 5)).toEqual(['second', 'first']);
    expect(signingSecrets(second, 4 + day)).toEqual(['second', 'first']);
    expect(signingSecrets(second, 5 + day)).toEqual(['second']);
    expect(signingSecrets(rotateSecret(second, 'third', 6), 6)).toEqual(['third', 'second']);
  });

  test('that its owner writes anew has not failed at anything', () => {
    const failing = { ...webhook, status: 'inactive', failingSinceTime: 1, deactivation: 'gone' } as const;
    expect(changeWebhook(failing, request, 2)).toEqual({ ...webhook, updatedTime: 2 });
  });
});

test.each(['Authorization', 'x-token', 'X_1', 'Cookie', 'User-Agent', 'X-Host', 'Hostess', 'a+b'])(
  '%s may be a header',
  (name) => {
    expect(isHeaderName(name)).toBe(true);
  },
);

test.each(['Host', 'content-type', 'Content-Length', 'Transfer-Encoding', 'Connection', 'webhook-id'])(
  '%s is none of the owner',
  (name) => {
    expect(isHeaderName(name)).toBe(false);
  },
);

test.each(['', 'a b', 'a:b', 'ä', 'a\r\nb', `${'a'.repeat(101)}`])('%j is no name of a header', (name) => {
  expect(isHeaderName(name)).toBe(false);
});

test('values are visible ASCII with spaces between', () => {
  for (const value of ['a', 'Basic YTpi', 'x'.repeat(1024)]) expect(isHeaderValue(value)).toBe(true);
  for (const value of ['', ' a', 'a ', 'a\r\nb: c', 'a\0', 'ä', 'a\tb', 'x'.repeat(1025)]) {
    expect(isHeaderValue(value)).toBe(false);
  }
});
