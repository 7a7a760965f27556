// What the service does without being asked.

import type { Logger } from 'pino';
import { readPathModelRequest } from './http/report-query.ts';
import type { Authentication } from './operations/authentication.ts';
import type { Channels } from './operations/channel.ts';
import type { OperationContext } from './operations/context.ts';
import { createErasureOperations, type ErasureOperations } from './operations/erasure.ts';
import type { IdempotencyOperations } from './operations/idempotency.ts';
import { createImportOperations, type ImportOperations } from './operations/import.ts';
import type { JobType } from './operations/job.ts';
import { createCreditBuilding } from './operations/jobs/credit-building.ts';
import { createPathModelJob } from './operations/jobs/path-model.ts';
import { JobRunner } from './operations/jobs/runner.ts';
import {
  createPrivacySettingsOperations,
  type PrivacySettingsOperations,
} from './operations/privacy-settings.ts';
import { type Repeated, repeatedly } from './operations/recurring.ts';
import { computeOnThread } from './operations/reporting/path-model-thread.ts';
import type { Telling } from './webhooks/telling.ts';

/** How far beyond a day answers to repeatable requests may be kept. */
const sweepMilliseconds = 600_000;
/** How long an import whose undoing failed waits for the next attempt. */
const undoingMilliseconds = 15_000;
/** How often the service checks whether an organization's day is over. */
const retentionMilliseconds = 900_000;
/** How often to look for jobs that another process left: with the time its claim lasts, they wait a minute at most. */
const jobsMilliseconds = 40_000;
/** How far beyond a minute a use of a key may be missing from its last-used time. */
const visitsMilliseconds = 1_000;
/** For requests to webhooks that are under way; the next process repeats those that are cut off. */
const tellingPatienceMilliseconds = 3_000;
const lastUseFailure = 'The last use of a key was not noted.';

export interface UpkeepParts {
  readonly telling: Telling;
  readonly idempotency: IdempotencyOperations;
  readonly authentication: Pick<Authentication, 'noteWaiting'>;
  readonly channels: Channels;
  readonly logger: Logger;
  /** Identifies this process among those on the database. */
  readonly holder: string;
}

/** Every kind of work that takes longer than a request. */
function jobTypes(context: OperationContext, channels: Channels): readonly JobType[] {
  const pathModel = { ...context, channels, compute: computeOnThread, read: readPathModelRequest };
  return [createCreditBuilding(context), createPathModelJob(pathModel)];
}

/** Begins once the storage is ready to be used, and ends before it is closed. */
export class Upkeep {
  readonly erasures: ErasureOperations;
  readonly imports: ImportOperations;
  readonly privacySettings: PrivacySettingsOperations;
  readonly jobTypes: readonly JobType[];
  readonly #parts: UpkeepParts;
  readonly #jobs: JobRunner;
  /** All work that was begun, to be ended together. */
  readonly #begun: AsyncDisposable[] = [];
  #undoing: Repeated | null = null;
  #retention: Repeated | null = null;

  constructor(context: OperationContext, parts: UpkeepParts) {
    this.#parts = parts;
    this.erasures = createErasureOperations(context);
    this.imports = createImportOperations(context, () => this.#undoing?.wake());
    this.privacySettings = createPrivacySettingsOperations(context, () => this.#retention?.wake());
    this.jobTypes = jobTypes(context, parts.channels);
    this.#jobs = new JobRunner({
      ...context,
      types: this.jobTypes,
      sharedTime: context.store.sharedTime,
      holder: parts.holder,
      onError: (error) => parts.logger.error({ err: error }, 'A job was not done.'),
    });
  }

  /** Call with an organization that has a job to do. */
  readonly noteJob = (organizationId: string): void => this.#jobs.note(organizationId);

  /** Call before anybody is served: a restored database may have customers who were erased after the backup. */
  async repeatErasures(): Promise<void> {
    const { erasures, customers } = await this.erasures.applyLogged();
    if (erasures === 0) return;
    const sentence = 'Erasures that the database did not know were done again.';
    this.#parts.logger.warn({ erasures, customers }, sentence);
  }

  begin(): void {
    const { telling, idempotency, authentication } = this.#parts;
    telling.begin();
    this.#repeat((ending) => idempotency.forgetOldAnswers(ending), {
      everyMilliseconds: sweepMilliseconds,
      failure: 'Old answers were not forgotten.',
    });
    this.#undoing = this.#repeat((ending) => this.imports.goOn(ending), {
      everyMilliseconds: undoingMilliseconds,
      failure: 'An import was not undone further.',
    });
    this.#retention = this.#repeat((ending) => this.privacySettings.sweep(ending), {
      everyMilliseconds: retentionMilliseconds,
      failure: 'What is too old was not removed.',
    });
    const looking = this.#repeat(() => this.#jobs.noteAll(), {
      everyMilliseconds: jobsMilliseconds,
      failure: 'Jobs were not looked for.',
    });
    this.#repeat(() => authentication.noteWaiting(), {
      everyMilliseconds: visitsMilliseconds,
      failure: lastUseFailure,
    });
    // Another process may have left something half done.
    this.#undoing.wake();
    looking.wake();
  }

  async end(patienceMilliseconds: number): Promise<void> {
    const patience = Math.min(tellingPatienceMilliseconds, patienceMilliseconds / 2);
    const endings = [...this.#begun, this.#jobs].map((each) => each[Symbol.asyncDispose]());
    await Promise.all([this.#parts.telling.end(patience), ...endings]);
  }

  /** Call once nobody is served any more. */
  async noteLastVisits(): Promise<void> {
    const { authentication, logger } = this.#parts;
    await authentication
      .noteWaiting({ isEnd: true })
      .catch((error) => logger.error({ err: error }, lastUseFailure));
  }

  /** Begins to do the work again and again, until the end. */
  #repeat(
    work: (ending: AbortSignal) => Promise<void>,
    { everyMilliseconds, failure }: { everyMilliseconds: number; failure: string },
  ): Repeated {
    const onError = (error: unknown) => this.#parts.logger.error({ err: error }, failure);
    const repeated = repeatedly(work, { everyMilliseconds, onError });
    this.#begun.push(repeated);
    return repeated;
  }
}
