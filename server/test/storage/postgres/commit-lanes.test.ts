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
  return { lanes, nth };
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
