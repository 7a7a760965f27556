import type { Collection, Page } from '../domain/collection.ts';
import { Failure } from '../domain/failure.ts';
import type { Job } from '../domain/job.ts';
import type { Principal } from '../domain/principal.ts';
import type { OperationContext } from './context.ts';

/** A job as whoever does it sees it. */
export interface JobTask {
  readonly organizationId: string;
  readonly jobId: string;
  readonly request: Job['request'];
  /** Whether it is to be left as it is, for another process or a later start. */
  isStopped(): boolean;
  /** Keeps others from beginning it, too. To be called every few seconds. */
  keep(): Promise<void>;
  /** The same, and tells how much of it is done, from 0 to 1. */
  progress(fraction: number): Promise<void>;
}

/** One kind of work that takes longer than a request. */
export interface JobType {
  readonly type: string;
  /** Whether others wait for it to be done: then a fault of the service does not end it, and it is begun again later. */
  readonly isAwaited?: true;
  /**
   * Does it, or what is left of it, and answers its result, which counts unless it was stopped. What it fails with is
   * kept with the job, except `unavailable`: then it is begun again later.
   */
  run(task: JobTask): Promise<unknown>;
}

export type JobOperations = ReturnType<typeof createJobOperations>;

export function createJobOperations({ store }: Pick<OperationContext, 'store'>) {
  return {
    /** Fails with `not-found`. */
    async get({ organization }: Principal, jobId: string): Promise<Job> {
      const job = await store.read.job(organization.id, jobId);
      if (job === null) throw new Failure('not-found', 'No such job.');
      return job;
    },

    /** Newest first. */
    list({ organization }: Principal, page: Page): Promise<Collection<Job>> {
      return store.read.jobs(organization.id, page);
    },
  };
}
