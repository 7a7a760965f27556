import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { repeatedly } from '../../src/operations/recurring.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const everyMilliseconds = 1000;

test('work is done again and again, also after it failed, and no more after its end', async () => {
  const errors: unknown[] = [];
  let times = 0;
  const work = async () => {
    times += 1;
    if (times === 1) throw new Error('first');
  };
  const repeated = repeatedly(work, { everyMilliseconds, onError: (error) => errors.push(error) });
  await vi.advanceTimersByTimeAsync(everyMilliseconds * 3);
  expect([times, errors.length]).toEqual([3, 1]);
  await repeated[Symbol.asyncDispose]();
  await vi.advanceTimersByTimeAsync(everyMilliseconds * 3);
  expect(times).toBe(3);
});

test('the end waits for what is under way, and nothing begins while something is', async () => {
  const underWay = Promise.withResolvers<void>();
  let times = 0;
  const work = () => {
    times += 1;
    return underWay.promise;
  };
  const repeated = repeatedly(work, { everyMilliseconds, onError: () => undefined });
  await vi.advanceTimersByTimeAsync(everyMilliseconds * 5);
  expect(times).toBe(1);
  let isEnded = false;
  const end = repeated[Symbol.asyncDispose]().then(() => {
    isEnded = true;
  });
  await vi.advanceTimersByTimeAsync(1);
  expect(isEnded).toBe(false);
  underWay.resolve();
  await end;
});
