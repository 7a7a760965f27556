import { setImmediate as turn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { WebhookDelivery } from '../../src/domain/webhook-delivery.ts';
import { Lane, type LaneOptions } from '../../src/webhooks/lane.ts';
import { until } from '../support/patience.ts';

/** A lane to so many deliveries, each of which is due until it was tried. */
function laneTo(count: number, options: Partial<LaneOptions> = {}) {
  const left = new Set(Array.from({ length: count }, (_, place) => ({ id: `d${place}` }) as WebhookDelivery));
  const tried: string[] = [];
  const seen = { looks: 0, underWay: 0, mostUnderWay: 0, mostAtHand: 0 };
  const [onIdle, onError] = [vi.fn(), vi.fn()];
  const lane = new Lane({
    due: async (limit) => {
      seen.looks += 1;
      return [...left].slice(0, limit);
    },
    onIdle,
    onError,
    ...options,
    async attempt(delivery) {
      seen.underWay += 1;
      seen.mostUnderWay = Math.max(seen.mostUnderWay, seen.underWay);
      seen.mostAtHand = Math.max(seen.mostAtHand, lane.atHand.length);
      tried.push(delivery.id);
      const mayFollow = await (options.attempt ?? (async () => true))(delivery);
      left.delete(delivery);
      seen.underWay -= 1;
      return mayFollow;
    },
  });
  return { lane, left, tried, seen, onIdle, onError };
}

test('all that is due is tried once, four at a time, and no more than 64 are at hand', async () => {
  const { lane, tried, seen, onIdle, onError } = laneTo(200);
  lane.wake();
  lane.wake();
  await until(() => onIdle.mock.calls.length > 0);
  expect(tried).toHaveLength(200);
  expect(new Set(tried).size).toBe(200);
  expect(seen).toMatchObject({ mostUnderWay: 4, mostAtHand: 64 });
  expect(lane.atHand).toEqual([]);
  expect(onIdle).toHaveBeenCalledOnce();
  expect(onError).not.toHaveBeenCalled();
});

test('who wakes it while it looks in vain makes it look again', async () => {
  let looks = 0;
  const due = async () => {
    looks += 1;
    await turn();
    if (looks === 1) lane.wake();
    return [];
  };
  const { lane, onIdle } = laneTo(0, { due });
  lane.wake();
  await until(() => onIdle.mock.calls.length > 0);
  expect(looks).toBe(2);
});

test('after an attempt that none may follow it ends, and what is left is tried when it is woken', async () => {
  let mayFollow = false;
  const { lane, tried, seen, onIdle } = laneTo(100, { attempt: async () => mayFollow });
  lane.wake();
  await until(() => onIdle.mock.calls.length > 0);
  expect([tried.length, seen.looks, lane.atHand.length]).toEqual([4, 1, 0]);
  mayFollow = true;
  lane.wake();
  await until(() => tried.length === 100);
});

test('a failure is told once what is under way has ended', async () => {
  const broken = new Error('broken');
  let fails = true;
  const attempt = async ({ id }: WebhookDelivery) => {
    if (id === 'd0' && fails) throw broken;
    return true;
  };
  const { lane, left, onIdle, onError } = laneTo(10, { attempt });
  lane.wake();
  await until(() => onIdle.mock.calls.length > 0);
  expect(onError.mock.calls).toEqual([[broken]]);
  expect([left.size, lane.atHand.length]).toEqual([1, 0]);
  fails = false;
  lane.wake();
  await until(() => left.size === 0);
});

test('one that is ended waits for what is under way, and begins nothing more', async () => {
  const held = Promise.withResolvers<boolean>();
  const { lane, left, tried, seen } = laneTo(100, { attempt: () => held.promise });
  lane.wake();
  await until(() => tried.length === 4);
  const ended = lane[Symbol.asyncDispose]();
  lane.wake();
  held.resolve(true);
  await ended;
  lane.wake();
  await lane[Symbol.asyncDispose]();
  expect([tried.length, left.size, seen.looks]).toEqual([4, 96, 1]);
});
