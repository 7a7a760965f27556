import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Rounds, repeatedly } from '../../src/operations/recurring.ts';

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

test('work that fails for one organization ends a round, and comes last in the next ones', async () => {
  const rounds = new Rounds();
  const failing = new Set(['a', 'c']);
  const round = async () => {
    const tried: string[] = [];
    const work = async (id: string) => {
      tried.push(id);
      if (failing.has(id)) throw new Error(id);
    };
    const failed = await rounds.go(['a', 'b', 'c', 'd'], work).then(
      () => null,
      (error: Error) => error.message,
    );
    return [tried.join(''), failed];
  };
  expect(await round()).toEqual(['a', 'a']);
  expect(await round()).toEqual(['bc', 'c']);
  expect(await round()).toEqual(['bda', 'a']);
  expect(await round()).toEqual(['bdc', 'c']);
  failing.clear();
  expect(await round()).toEqual(['bdac', null]);
  expect(await round()).toEqual(['abcd', null]);
});

test('a round ends before the next organization once it is told to', async () => {
  const ending = new AbortController();
  const tried: string[] = [];
  const work = async (id: string) => {
    tried.push(id);
    ending.abort();
  };
  await new Rounds().go(['a', 'b'], work, ending.signal);
  expect(tried).toEqual(['a']);
});
