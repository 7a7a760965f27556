import type { Page } from '../domain/collection.ts';
import { Failure, invalid } from '../domain/failure.ts';
import type { Once } from '../domain/idempotency.ts';
import { ulid } from '../domain/identifier.ts';
import { type Job, newJob } from '../domain/job.ts';
import type { Principal } from '../domain/principal.ts';
import type { JobPlace, Store } from '../storage/store.ts';
import type { OperationContext } from './context.ts';

/** How many jobs are read together, and how long their results may be together, but for a single longer one. */
const jobsAtOnce = 100;
const resultBytesAtOnce = 256 * 1024;

/** A job, for the code that does it. */
export interface JobTask {
  readonly organizationId: string;
  readonly jobId: string;
  readonly request: Job['request'];
  /** Whether to leave it as it is, for another process or a later start. */
  isStopped(): boolean;
  /** Aborted when the service ends. */
  readonly ending: AbortSignal;
  /** Keeps other processes from taking it. Call every few seconds. */
  keep(): Promise<void>;
  /** As `keep`, and notes how much of it is done, from 0 to 1. */
  progress(fraction: number): Promise<void>;
}

/** The members that a caller gives. */
export type AskedJob = Readonly<Record<string, unknown>>;

/** One kind of work that takes longer than a request. */
export interface JobType {
  readonly type: string;
  /** Set where others wait for its result: no failure ends it, and it is begun again later. */
  readonly isAwaited?: true;
  /** Reads the members of a request, as `accept` does. Fails with `invalid`, naming every fault that these show by themselves. */
  read?(asked: AskedJob): unknown;
  /**
   * The request in the form that is stored, which is the same for requests that mean the same; absent where callers cannot ask
   * for the type. Fails with `invalid`, naming every fault.
   */
  accept?(organizationId: string, asked: AskedJob): Promise<Job['request']>;
  /**
   * Does the job, or what is left of it, and returns its result, which counts unless the job was stopped. A failure is stored
   * with the job, except `unavailable`, after which it is begun again later.
   */
  run(task: JobTask): Promise<unknown>;
}

type AskableJobType = JobType & Required<Pick<JobType, 'accept'>>;

export type JobOperations = ReturnType<typeof createJobOperations>;

export interface JobParts {
  readonly types: readonly JobType[];
  /** Called with an organization that has something to do. */
  readonly onJob: (organizationId: string) => void;
}

export interface ListedJobs {
  /** Those of the page. */
  readonly items: AsyncIterable<Job>;
  /** On all pages. */
  readonly total: number;
}

export function createJobOperations({ store, now, random }: OperationContext, { types, onJob }: JobParts) {
  const askable = types.filter((each): each is AskableJobType => each.accept !== undefined);
  const typeOf = (asked: AskedJob): AskableJobType => {
    const found = askable.find(({ type }) => type === asked['type']);
    if (found !== undefined) return found;
    throw invalid('type', `must be one of ${askable.map(({ type }) => type).join(', ')}`);
  };
  return {
    /** Fails with `invalid`, naming every fault that a request shows without what is stored. */
    requireReadable(asked: AskedJob): void {
      typeOf(asked).read?.(asked);
    },

    /**
     * Creates a job, or returns an unfinished one for the same request. Fails with `invalid`, and with `conflict` where too
     * many of its type are unfinished. A repeated request that is to be done once gets the job it created then, whatever the
     * request would mean today.
     */
    async create({ organization, actor }: Principal, asked: AskedJob, once?: Once): Promise<Job> {
      const found = typeOf(asked);
      const organizationId = organization.id;
      const createdTime = now();
      const before =
        once === undefined
          ? null
          : await store.read.outputOnce(organizationId, 'createJob', once, createdTime);
      if (before !== null) return before;
      const request = await found.accept(organizationId, asked);
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

    /** Newest first. Some are read at a time, as their results together may take any amount of memory. */
    async list({ organization }: Principal, page: Page): Promise<ListedJobs> {
      const { items, total } = await store.read.jobPlaces(organization.id, page);
      return { items: jobsOf(store, organization.id, items), total };
    },
  };
}

async function* jobsOf(
  { read }: Pick<Store, 'read'>,
  organizationId: string,
  places: readonly JobPlace[],
): AsyncGenerator<Job, void, void> {
  for (const part of partsOf(places)) {
    const [newest, oldest] = [part[0], part.at(-1)];
    if (newest === undefined || oldest === undefined) continue;
    yield* await read.jobsBetween(organizationId, oldest.id, newest.id);
  }
}

function* partsOf(places: readonly JobPlace[]): Generator<readonly JobPlace[]> {
  let [part, bytes]: [JobPlace[], number] = [[], 0];
  for (const place of places) {
    const isFull = part.length === jobsAtOnce || bytes + place.resultBytes > resultBytesAtOnce;
    if (part.length > 0 && isFull) {
      yield part;
      [part, bytes] = [[], 0];
    }
    part.push(place);
    bytes += place.resultBytes;
  }
  yield part;
}
