import { Claim, type ClaimClock } from '../../domain/claim.ts';
import { Failure } from '../../domain/failure.ts';
import type { Job, JobOutcome } from '../../domain/job.ts';
import type { OperationContext } from '../context.ts';
import type { JobTask, JobType } from '../job.ts';
import { dropOldCredits } from './credit-building.ts';

/** How long others wait for a process that died. */
export const jobClaimMilliseconds = 20_000;
/** How many organizations' jobs run side by side, so that a long job lets others pass. */
const lanes = 4;

export interface JobRunnerParts extends Pick<OperationContext, 'store'>, ClaimClock {
  readonly types: readonly JobType[];
  /** Identifies this process among those on the database. */
  readonly holder: string;
  readonly onError: (error: unknown) => void;
}

/** Does the jobs of organizations: for each organization one at a time, oldest first, each job in one process only. */
export class JobRunner {
  readonly #parts: JobRunnerParts;
  readonly #types: ReadonlyMap<string, JobType>;
  readonly #ending = new AbortController();
  readonly #waiting = new Set<string>();
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
    this.#types = new Map(parts.types.map((each) => [each.type, each]));
  }

  /** Does what an organization has to do, soon. */
  note(organizationId: string): void {
    this.#waiting.add(organizationId);
    this.#fill();
  }

  /** Looks for jobs of every organization, including those that a process left when it ended. */
  async noteAll(): Promise<void> {
    for (const id of await this.#parts.store.read.jobOrganizations()) this.note(id);
  }

  /** Begins nothing more, and waits until what is under way is left in good order. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#underWay.values());
  }

  #fill(): void {
    for (const organizationId of this.#waiting) {
      if (this.#ending.signal.aborted || this.#underWay.size >= lanes) return;
      if (this.#underWay.has(organizationId)) continue;
      this.#waiting.delete(organizationId);
      const work = this.#workFor(organizationId)
        .catch(this.#parts.onError)
        .finally(() => {
          this.#underWay.delete(organizationId);
          this.#fill();
        });
      this.#underWay.set(organizationId, work);
    }
  }

  async #workFor(organizationId: string): Promise<void> {
    const { store, onError } = this.#parts;
    for (const job of await store.read.unfinishedJobs(organizationId)) {
      if (this.#ending.signal.aborted) return;
      const type = this.#types.get(job.type);
      // A job that only a newer program knows waits for that program.
      if (type === undefined) continue;
      await this.#attempt(organizationId, job, type).catch((error: unknown) => {
        // A storage that is away would fail every other, too; a fault in one job is none of the others'.
        if (error instanceof Failure && error.code === 'unavailable') throw error;
        onError(error);
      });
    }
    await dropOldCredits({ store }, organizationId, this.#ending.signal);
  }

  async #attempt(organizationId: string, job: Job, type: JobType): Promise<void> {
    const { store, now, holder } = this.#parts;
    const place = { organizationId, jobId: job.id };
    const claim = new Claim(this.#parts, jobClaimMilliseconds, async (times) => {
      return (await store.write('claimJob', { ...place, holder, ...times })) !== null;
    });
    if (!(await claim.make())) return;
    const isStopped = () => this.#ending.signal.aborted || !claim.isHeld;
    const advance = async (outcome: JobOutcome) => {
      if (!isStopped()) await store.write('advanceJob', { ...place, outcome, now: now() });
    };
    try {
      const outcome = await this.#outcomeOf(type, {
        ...place,
        request: job.request,
        isStopped,
        ending: this.#ending.signal,
        keep: () => claim.keep(),
        async progress(fraction) {
          await claim.keep();
          await advance({ status: 'running', progress: fraction });
        },
      });
      await advance(outcome);
    } finally {
      await claim.release();
    }
  }

  /** Rethrows what kept the job from being done at all: it can be done another time. */
  async #outcomeOf(type: JobType, task: JobTask): Promise<JobOutcome> {
    try {
      return { status: 'completed', result: await type.run(task) };
    } catch (error) {
      if (type.isAwaited === true) throw error;
      if (!(error instanceof Failure)) {
        this.#parts.onError(error);
        return { status: 'failed', error: 'The service failed; its log says why.' };
      }
      if (error.code === 'unavailable') throw error;
      const fields = error.invalidFields.map(({ field, message }) => `${field} ${message}`);
      return { status: 'failed', error: fields.length === 0 ? error.message : fields.join('; ') };
    }
  }
}
