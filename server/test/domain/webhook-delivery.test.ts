import { describe, expect, test } from 'vitest';
import { newWebhook } from '../../src/domain/webhook.ts';
import {
  type Attempt,
  afterAttempt,
  sentAnew,
  type WebhookDelivery,
  webhookAfter,
  webhookAtEnd,
} from '../../src/domain/webhook-delivery.ts';

const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000];
const delivery: WebhookDelivery = {
  id: 'd',
  webhookId: 'w',
  event: {
    type: 'customer-created',
    customerId: 'c',
    cause: null,
    sequence: 1,
    occurredTime: 0,
    current: null,
    previous: null,
    original: null,
    mergedCustomerId: null,
  },
  status: 'pending',
  attempts: 0,
  nextTime: 0,
  lastAttempt: null,
  createdTime: 0,
  updatedTime: 0,
};
const request = { status: 'active', url: 'https://a.example/', eventsFilter: [], headers: [] } as const;
const webhook = newWebhook({ organizationId: 'org', id: 'w', request, secret: 's', now: 0 });

function ended(responseStatus: number | null): Attempt {
  const error = responseStatus === null ? 'no answer' : null;
  return {
    initiatedTime: 0,
    durationMilliseconds: 1,
    url: request.url,
    responseStatus,
    error,
    response: null,
  };
}

/** What becomes of a delivery whose attempts all fail: how long each one waits for the next. */
function delays(jitter: number): readonly number[] {
  const all: number[] = [];
  let now = 7;
  for (let after = delivery; after.nextTime !== null; ) {
    after = afterAttempt(after, ended(500), { now, jitter });
    if (after.nextTime === null) break;
    all.push(after.nextTime - now);
    now = after.nextTime;
  }
  return all;
}

describe('a delivery', () => {
  test('is tried ten times, after longer and longer', () => {
    const hours = [2, 5, 10, 14, 20, 24].map((each) => each * hour);
    expect(delays(0)).toEqual([5 * second, 5 * minute, 30 * minute, ...hours]);
  });

  test('is put off by up to a fifth more, so that what failed together does not come back together', () => {
    const [least, most] = [delays(0), delays(0.999)];
    for (const [place, delay] of least.entries()) {
      expect(most[place]).toBeGreaterThan(delay * 1.19);
      expect(most[place]).toBeLessThan(delay * 1.2);
    }
  });

  test.each([200, 201, 204, 299])('is made with an answer of %i', (status) => {
    const after = afterAttempt(delivery, ended(status), { now: 5, jitter: 0 });
    expect(after).toMatchObject({ status: 'delivered', attempts: 1, nextTime: null, updatedTime: 5 });
  });

  test.each([null, 199, 300, 301, 304, 307, 400, 404, 429, 500, 503])('is not made with %s', (status) => {
    const after = afterAttempt(delivery, ended(status), { now: 5, jitter: 0 });
    expect(after).toMatchObject({ status: 'pending', attempts: 1, nextTime: 5005 });
  });

  test('is not tried again for a webhook that is inactive by then, or is no more', () => {
    expect(webhookAtEnd(webhook, ended(500))).toEqual({ isActive: true, isMoved: false });
    const inactive = webhookAtEnd({ ...webhook, status: 'inactive' }, ended(500));
    for (const atEnd of [inactive, webhookAtEnd(null, ended(500))]) {
      expect(atEnd).toEqual({ isActive: false, isMoved: false });
      const after = afterAttempt(delivery, ended(500), { now: 7, jitter: 0, ...atEnd });
      expect(after).toMatchObject({ status: 'failed', nextTime: null });
    }
  });

  test('that was given up while an attempt was under way stays so, unless the attempt succeeds', () => {
    const givenUp = { ...delivery, status: 'failed', nextTime: null } as const;
    const failed = afterAttempt(givenUp, ended(500), { now: 1, jitter: 0 });
    expect(failed).toMatchObject({ status: 'failed', nextTime: null, attempts: 1 });
    expect(afterAttempt(givenUp, ended(204), { now: 1, jitter: 0 }).status).toBe('delivered');
  });

  test('is tried again where the receiver at a former URL is gone', () => {
    const atEnd = webhookAtEnd({ ...webhook, url: 'https://b.example/' }, ended(410));
    const after = afterAttempt(delivery, ended(410), { now: 7, jitter: 0, ...atEnd });
    expect(after).toMatchObject({ status: 'pending', attempts: 1 });
  });

  test('sent anew begins with its first attempt, at once', () => {
    const failed = afterAttempt(delivery, ended(410), { now: 7, jitter: 0 });
    expect(sentAnew(failed, 9)).toEqual({
      ...failed,
      status: 'pending',
      attempts: 0,
      nextTime: 9,
      updatedTime: 9,
    });
  });

  test('has failed after the last attempt, and where the receiver is gone', () => {
    const last = afterAttempt({ ...delivery, attempts: 9 }, ended(500), { now: 5, jitter: 0 });
    expect(last).toMatchObject({ status: 'failed', attempts: 10, nextTime: null });
    expect(afterAttempt(delivery, ended(410), { now: 5, jitter: 0 }).status).toBe('failed');
  });
});

describe('a webhook after an attempt', () => {
  test('stays as it is where the answer is of a URL that it had before', () => {
    const moved = { ...webhook, url: 'https://b.example/' };
    expect(webhookAfter(moved, ended(410), 7)).toBe(moved);
    expect(webhookAfter(moved, ended(500), 7)).toBe(moved);
  });

  test('stays as it is where nothing changes', () => {
    expect(webhookAfter(webhook, ended(200), 1)).toBe(webhook);
    const failing = webhookAfter(webhook, ended(500), 1);
    expect(failing).toEqual({ ...webhook, failingSinceTime: 1 });
    expect(webhookAfter(failing, ended(null), 2)).toBe(failing);
    expect(webhookAfter(failing, ended(204), 3)).toEqual(webhook);
    const inactive = { ...webhook, status: 'inactive' } as const;
    expect(webhookAfter(inactive, ended(410), 1)).toBe(inactive);
  });

  test('is inactive where its receiver is gone, or has failed for five days', () => {
    expect(webhookAfter(webhook, ended(410), 1)).toMatchObject({ status: 'inactive', deactivation: 'gone' });
    const failing = webhookAfter(webhook, ended(500), 1);
    expect(webhookAfter(failing, ended(500), 5 * day).status).toBe('active');
    expect(webhookAfter(failing, ended(500), 5 * day + 1)).toMatchObject({
      status: 'inactive',
      deactivation: 'failing',
    });
  });
});
