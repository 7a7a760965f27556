import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { Job } from '../../src/domain/job.ts';
import type { JobType } from '../../src/operations/job.ts';
import { JobRunner, type JobRunnerParts } from '../../src/operations/jobs/runner.ts';

const organizationIds = ['a', 'b', 'c', 'd', 'e', 'f'];

/** A runner for organizations whose jobs take until they are ended here, in the order in which they were begun. */
function runnerOf(jobs: readonly Pick<Job, 'id' | 'type'>[] = [], types: readonly JobType[] = []) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const read = {
    organizations: async () => organizationIds.map((id) => ({ id })),
    unfinishedJobs: (organizationId: string) => {
      begun.push(organizationId);
      return new Promise((resolve) => ends.push(() => resolve(jobs)));
    },
    creditVersions: async () => [],
  };
  const write = vi.fn(async (..._asked: readonly unknown[]) => null);
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const parts = { types, store: { read, write }, now: () => 7, holder: 'process', onError };
  const runner = new JobRunner(parts as unknown as JobRunnerParts);
  const endFirst = async () => {
    ends.shift()?.();
    for (let turn = 0; turn < 3; turn++) await nextTurn();
  };
  return { runner, begun, ends, endFirst, write, errors };
}

test('four organizations have their jobs done side by side, none of them twice at once', async () => {
  const { runner, begun, endFirst, errors } = runnerOf();
  await runner.noteAll();
  runner.note('a');
  expect(begun.join('')).toBe('abcd');
  const order: string[] = [];
  for (let time = 0; time < 4; time++) {
    await endFirst();
    order.push(begun.join(''));
  }
  expect(order).toEqual(['abcde', 'abcdef', 'abcdefa', 'abcdefa']);
  // There is a lane, but its jobs are being done.
  runner.note('a');
  expect(begun.join('')).toBe('abcdefa');
  expect(errors).toEqual([]);
});

test('a job of a kind that only a newer program knows is left as it is', async () => {
  const { runner, ends, endFirst, write, errors } = runnerOf([{ id: 'job_a', type: 'newer' }]);
  runner.note('a');
  expect(ends).toHaveLength(1);
  await endFirst();
  expect(write).not.toHaveBeenCalled();
  expect(errors).toEqual([]);
});

test('a job of a kind that only a newer program knows holds up no other job of its organization', async () => {
  const jobs = [
    { id: 'job_a', type: 'newer' },
    { id: 'job_b', type: 'known' },
  ];
  const { runner, endFirst, write } = runnerOf(jobs, [{ type: 'known', run: async () => null }]);
  runner.note('a');
  await endFirst();
  expect(write.mock.calls).toMatchObject([['claimJob', { organizationId: 'a', jobId: 'job_b' }]]);
});

test('a job that another process has, or has ended, is not done again', async () => {
  const run = vi.fn(async () => null);
  const { runner, endFirst, write, errors } = runnerOf(
    [{ id: 'job_a', type: 'known' }],
    [{ type: 'known', run }],
  );
  runner.note('a');
  await endFirst();
  // Who claims it in vain is told of no job.
  expect(write.mock.calls).toMatchObject([['claimJob', { jobId: 'job_a', holder: 'process' }]]);
  expect(run).not.toHaveBeenCalled();
  expect(errors).toEqual([]);
});

test('a runner that is at its end waits for what it has begun, and begins nothing else', async () => {
  const { runner, begun, ends, endFirst } = runnerOf();
  await runner.noteAll();
  let isDisposed = false;
  const disposal = runner[Symbol.asyncDispose]().then(() => {
    isDisposed = true;
  });
  runner.note('late');
  while (ends.length > 0) {
    expect(isDisposed).toBe(false);
    await endFirst();
  }
  await disposal;
  expect(begun.join('')).toBe('abcd');
});
