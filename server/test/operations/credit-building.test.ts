import { expect, test, vi } from 'vitest';
import type { JobTask } from '../../src/operations/job.ts';
import { createCreditBuilding, dropOldCredits } from '../../src/operations/jobs/credit-building.ts';
import type { Store } from '../../src/storage/store.ts';

type Asking = Parameters<typeof dropOldCredits>[0];

/** A build in so many parts, each followed by what `afterPart` does. */
function building(parts: number, afterPart: () => Promise<void>) {
  let built = 0;
  const write = vi.fn(async (_kind: string, _input: object) => ({ isFinished: ++built === parts }));
  const stop = new AbortController();
  const task = { organizationId: 'o', jobId: 'j', isStopped: () => stop.signal.aborted, keep: afterPart };
  const store = { write } as unknown as Store;
  const run = () => createCreditBuilding({ store, now: () => 7 }, 10).run(task as unknown as JobTask);
  return { write, stop, run };
}

test('a build of credits is kept from other processes behind each of its parts but the last', async () => {
  const keep = vi.fn(async () => undefined);
  const { write, run } = building(3, keep);
  expect(await run()).toBeNull();
  expect(write.mock.calls).toEqual(
    Array(3).fill(['buildCredits', { organizationId: 'o', jobId: 'j', conversions: 10, now: 7 }]),
  );
  expect(keep).toHaveBeenCalledTimes(2);
});

test('a build of credits builds nothing before it knows whether it is still its own', async () => {
  const { write, stop, run } = building(3, async () => {
    await Promise.resolve();
    stop.abort();
  });
  await run();
  expect(write).toHaveBeenCalledTimes(1);
  const failing = building(3, () => Promise.reject(new Error('The storage is away.')));
  await expect(failing.run()).rejects.toThrow('The storage is away.');
});

test('old credits are dropped in parts, if there are any, until none are left or the service ends', async () => {
  const dropped = async (state: string, endsAfter: number) => {
    const ending = new AbortController();
    const write = vi.fn(async () => {
      if (write.mock.calls.length === endsAfter) ending.abort();
      return { isLeft: write.mock.calls.length < 3 };
    });
    const read = { creditVersions: async () => [{ state: 'live' }, { state }] };
    await dropOldCredits({ store: { read, write } } as unknown as Asking, 'o', ending.signal);
    return write.mock.calls.length;
  };
  expect(await dropped('dropping', 9)).toBe(3);
  expect(await dropped('dropping', 2)).toBe(2);
  expect(await dropped('building', 9)).toBe(0);
});
