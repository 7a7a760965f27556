import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { Job } from '../../src/domain/job.ts';
import type { JobType } from '../../src/operations/job.ts';
import { JobRunner, type JobRunnerParts, jobClaimMilliseconds } from '../../src/operations/jobs/runner.ts';

const organizationIds = ['a', 'b', 'c', 'd', 'e', 'f'];

/** A runner for organizations whose jobs take until they are ended here, in the order in which they were begun. */
function runnerOf(jobs: readonly Pick<Job, 'id' | 'type'>[] = [], types: readonly JobType[] = []) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const read = {
    jobOrganizations: async () => organizationIds,
    unfinishedJobs: (organizationId: string) => {
      begun.push(organizationId);
      return new Promise((resolve) => ends.push(() => resolve(jobs)));
    },
    creditVersions: async () => [],
  };
  const write = vi.fn(async (..._asked: readonly unknown[]): Promise<unknown> => null);
  const errors: unknown[] = [];
  const onError = (error: unknown) => void errors.push(error);
  const clock = { now: 7 };
  const parts = { types, store: { read, write }, now: () => clock.now, holder: 'process', onError };
  const runner = new JobRunner(parts as unknown as JobRunnerParts);
  const endFirst = async () => {
    ends.shift()?.();
    for (let turn = 0; turn < 3; turn++) await nextTurn();
  };
  return { runner, begun, ends, endFirst, write, errors, clock };
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

test('progress renews a claim of which half is over, and is told no more once another process has the job', async () => {
  const job = { id: 'job_a', type: 'known' };
  const run: JobType['run'] = async ({ progress }) => {
    for (const milliseconds of [0, jobClaimMilliseconds / 2 - 1, 1, jobClaimMilliseconds, 0]) {
      clock.now += milliseconds;
      await progress(0.5);
    }
    return null;
  };
  const { runner, endFirst, write, clock } = runnerOf([job], [{ type: 'known', run }]);
  const claims = [job, job, null];
  write.mockImplementation(async (kind) => (kind === 'claimJob' ? claims.shift() : null));
  runner.note('a');
  await endFirst();
  const asked = write.mock.calls.map(([kind]) => kind);
  expect(asked).toEqual(['claimJob', 'advanceJob', 'advanceJob', 'claimJob', 'advanceJob', 'claimJob']);
});

test('progress renews the claim of a process whose clock was set back, since that of others was not', async () => {
  const job = { id: 'job_a', type: 'known' };
  const run: JobType['run'] = async ({ progress }) => {
    clock.now -= 1;
    await progress(0.5);
    return null;
  };
  const { runner, endFirst, write, clock } = runnerOf([job], [{ type: 'known', run }]);
  write.mockImplementation(async (kind) => (kind === 'claimJob' ? job : null));
  runner.note('a');
  await endFirst();
  const asked = write.mock.calls.map(([kind]) => kind);
  expect(asked.slice(0, 3)).toEqual(['claimJob', 'claimJob', 'advanceJob']);
});

test('where the storage is away no other job of the organization is begun', async () => {
  const jobs = ['job_a', 'job_b'].map((id) => ({ id, type: 'known' }));
  const { runner, endFirst, write, errors } = runnerOf(jobs, [{ type: 'known', run: async () => null }]);
  const away = new Failure('unavailable', 'Not now.');
  write.mockRejectedValue(away);
  runner.note('a');
  await endFirst();
  expect(write).toHaveBeenCalledTimes(1);
  expect(errors).toEqual([away]);
});

test('a runner that is at its end begins no other job of an organization', async () => {
  const jobs = ['job_a', 'job_b'].map((id) => ({ id, type: 'known' }));
  const run = async () => void runner[Symbol.asyncDispose]();
  const { runner, endFirst, write } = runnerOf(jobs, [{ type: 'known', run }]);
  write.mockResolvedValue(jobs[0]);
  runner.note('a');
  await endFirst();
  // It is claimed, and given back.
  expect(write.mock.calls).toMatchObject(Array(2).fill(['claimJob', { jobId: 'job_a' }]));
});

test('a runner that is at its end waits waits for what it has begun, and begins nothing else', async () => {
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
