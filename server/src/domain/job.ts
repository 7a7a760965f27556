import { Failure } from './failure.ts';
import { changeTime, type Instant } from './time.ts';

export type JobStatus = 'queued' | 'running' | 'completed' | 'failed' | 'superseded';

/** Work that takes longer than a request. */
export interface Job {
  readonly id: string;
  readonly type: string;
  readonly status: JobStatus;
  /** From 0 to 1. */
  readonly progress: number;
  readonly request: Readonly<Record<string, unknown>>;
  /** Null until it is completed. */
  readonly result: unknown;
  /** Why it failed. */
  readonly error: string | null;
  readonly actor: string;
  readonly createdTime: Instant;
  readonly updatedTime: Instant;
  readonly finishedTime: Instant | null;
}

export function newJob(
  id: string,
  type: string,
  request: Job['request'],
  { actor, now }: { readonly actor: string; readonly now: Instant },
): Job {
  return {
    id,
    type,
    status: 'queued',
    progress: 0,
    request,
    result: null,
    error: null,
    actor,
    createdTime: now,
    updatedTime: now,
    finishedTime: null,
  };
}

/** How many of one type may wait or be under way in an organization. */
export const maximumUnfinishedJobs = 10;

/**
 * The job that a request is answered with: an unfinished one for the same request, else the new one. Fails with `conflict`
 * where too many of its type are unfinished.
 */
export function admittedJob(unfinished: readonly Job[], asked: Job): Job {
  const alike = unfinished.filter(({ type }) => type === asked.type);
  const content = JSON.stringify(asked.request);
  const same = alike.find(({ request }) => JSON.stringify(request) === content);
  if (same !== undefined) return same;
  if (alike.length < maximumUnfinishedJobs) return asked;
  throw new Failure('conflict', `${alike.length} jobs of this type are not finished yet.`);
}

/** The progress of a job, or how it ended. */
export type JobOutcome =
  | { readonly status: 'running'; readonly progress: number }
  | { readonly status: 'completed'; readonly result: unknown }
  | { readonly status: 'failed'; readonly error: string };

/** The job after such an outcome. A finished one stays as it is. */
export function advanceJob(job: Job, outcome: JobOutcome, now: Instant): Job {
  if (job.finishedTime !== null) return job;
  const updatedTime = changeTime(job, now);
  const common = { ...job, status: outcome.status, updatedTime };
  if (outcome.status === 'running') return { ...common, progress: Math.max(job.progress, outcome.progress) };
  if (outcome.status === 'failed') return { ...common, error: outcome.error, finishedTime: updatedTime };
  return { ...common, progress: 1, result: outcome.result, finishedTime: updatedTime };
}
