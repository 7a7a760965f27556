import { expect, test } from 'vitest';
import { Backlog } from '../../../src/storage/backlog.ts';
import { CommitLanes } from '../../../src/storage/postgres/commit-lanes.ts';
import { failureOf } from '../../support/failures.ts';

type Settle = PromiseWithResolvers<readonly (() => string)[]>;

/** Lanes whose batches a test ends itself, in the order in which they came. */
function heldLanes(patienceMilliseconds: number) {
  const begun: Settle[] = [];
  let wake = () => {};
  const lanes = new CommitLanes<string, string>({
    maximumBatch: 1,
    backlog: new Backlog(5),
    patienceMilliseconds,
    commit: () => {
      const settle: Settle = Promise.withResolvers();
      begun.push(settle);
      wake();
      return settle.promise;
    },
  });
  const nth = async (number: number): Promise<Settle> => {
    for (;;) {
      const settle = begun[number];
      if (settle !== undefined) return settle;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
  };
  return { lanes, nth, begun };
}

test('a lane that stood still is remembered when nobody is in it: one write finds out, others are refused at once', async () => {
  const { lanes, nth } = heldLanes(300);
  const first = lanes.write('a', 'one');
  const stalled = await nth(0);
  expect(await failureOf(lanes.write('a', 'two'))).toBe('unavailable');
  stalled.resolve([() => 'kept late']);
  expect(await first).toBe('kept late');
  const second = lanes.write('a', 'three');
  const trial = await nth(1);
  const later = new Promise((resolve) => setImmediate(resolve, 'later'));
  expect(await Promise.race([failureOf(lanes.write('a', 'four')), later])).toBe('unavailable');
  trial.resolve([() => 'kept']);
  expect(await second).toBe('kept');
  await lanes.close();
});

test('a lane does not wait for another that stands still', async () => {
  const { lanes, nth } = heldLanes(60_000);
  const held = lanes.write('a', 'one');
  const stalled = await nth(0);
  const free = lanes.write('b', 'two');
  (await nth(1)).resolve([() => 'kept']);
  expect(await free).toBe('kept');
  stalled.resolve([() => 'kept']);
  await held;
});

test('a lane stays one as long as anybody is in it', async () => {
  const { lanes, nth, begun } = heldLanes(60_000);
  const first = lanes.write('a', 'one');
  const second = lanes.write('a', 'two');
  (await nth(0)).resolve([() => 'kept']);
  expect(await first).toBe('kept');
  const held = await nth(1);
  const third = lanes.write('a', 'three');
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toHaveLength(2);
  held.resolve([() => 'kept']);
  (await nth(2)).resolve([() => 'kept']);
  expect(await Promise.all([second, third])).toEqual(['kept', 'kept']);
});

test('once they are closed, no lane takes a write, not even one that nobody was in', async () => {
  const { lanes, begun } = heldLanes(60_000);
  await lanes.close();
  const later = new Promise((resolve) => setImmediate(resolve, 'later'));
  expect(await Promise.race([failureOf(lanes.write('a', 'one')), later])).toBe('unavailable');
  expect(begun).toEqual([]);
});

test('the longest wait of all lanes is told', async () => {
  const { lanes, nth } = heldLanes(60_000);
  expect(lanes.waitingSinceMilliseconds).toBeNull();
  const writes = [lanes.write('a', 'one')];
  await nth(0);
  writes.push(lanes.write('a', 'two'));
  const since = lanes.waitingSinceMilliseconds;
  expect(since).not.toBeNull();
  writes.push(lanes.write('b', 'three'));
  await nth(1);
  writes.push(lanes.write('b', 'four'));
  expect(lanes.waitingSinceMilliseconds).toBe(since);
  for (const number of [0, 1, 2, 3]) (await nth(number)).resolve([() => 'kept']);
  expect(await Promise.all(writes)).toHaveLength(4);
});
