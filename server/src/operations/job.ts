import type { Collection, Page } from '../domain/collection.ts';
import { Failure, invalid } from '../domain/failure.ts';
import type { Once } from '../domain/idempotency.ts';
import { ulid } from '../domain/identifier.ts';
import { type Job, newJob } from '../domain/job.ts';
import type { Principal } from '../domain/principal.ts';
import type { OperationContext } from './context.ts';

/** A job as whoever does it sees it. */
export interface JobTask {
  readonly organizationId: string;
  readonly jobId: string;
  readonly request: Job['request'];
  /** Whether it is to be left as it is, for another process or a later start. */
  isStopped(): boolean;
  /** Aborted where that is because the service ends. */
  readonly ending: AbortSignal;
  /** Keeps others from beginning it, too. To be called every few seconds. */
  keep(): Promise<void>;
  /** The same, and tells how much of it is done, from 0 to 1. */
  progress(fraction: number): Promise<void>;
}

/** Members as a caller gives them. */
export type AskedJob = Readonly<Record<string, unknown>>;

/** One kind of work that takes longer than a request. */
export interface JobType {
  readonly type: string;
  /** Whether others wait for it to be done: then a fault of the service does not end it, and it is begun again later. */
  readonly isAwaited?: true;
  /**
   * What a caller asks of it as it is kept, the same for what means the same; absent where it is nothing to ask for. Fails
   * with `invalid`, naming every fault.
   */
  accept?(organizationId: string, asked: AskedJob): Promise<Job['request']>;
  /**
   * Does it, or what is left of it, and answers its result, which counts unless it was stopped. What it fails with is
   * kept with the job, except `unavailable`: then it is begun again later.
   */
  run(task: JobTask): Promise<unknown>;
}

export type JobOperations = ReturnType<typeof createJobOperations>;

export interface JobParts {
  readonly types: readonly JobType[];
  /** Told where there is something to do for an organization. */
  readonly onJob: (organizationId: string) => void;
}

export function createJobOperations({ store, now, random }: OperationContext, { types, onJob }: JobParts) {
  const askable = types.filter(({ accept }) => accept !== undefined);
  return {
    /**
     * Has a job done, or answers the one that does the same already. Fails with `invalid`, and with `conflict` where too many
     * of its type are not finished.
     */
    async create({ organization, actor }: Principal, asked: AskedJob, once?: Once): Promise<Job> {
      const found = askable.find(({ type }) => type === asked['type']);
      if (found?.accept === undefined) {
        throw invalid('type', `must be one of ${askable.map(({ type }) => type).join(', ')}`);
      }
      const organizationId = organization.id;
      const request = await found.accept(organizationId, asked);
      const createdTime = now();
      const id = `job_${ulid(createdTime, random(16))}`;
      const job = newJob(id, found.type, request, { actor, now: createdTime });
      const kept = await store.write('createJob', { organizationId, job, once });
      onJob(organizationId);
      return kept;
    },

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
