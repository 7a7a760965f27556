// What the service does without being asked.

import type { Logger } from 'pino';
import type { IdempotencyOperations } from './operations/idempotency.ts';
import type { ImportOperations } from './operations/import.ts';
import { type Repeated, repeatedly } from './operations/recurring.ts';
import type { Telling } from './webhooks/telling.ts';

/** How much longer than a day answers to repeated requests may be kept. */
const sweepMilliseconds = 600_000;
/** How long an import waits that could not be undone further. */
const undoingMilliseconds = 15_000;
/** For requests to webhooks that are under way; what is broken off is made again by the next process. */
const tellingPatienceMilliseconds = 3_000;

export interface UpkeepParts {
  readonly telling: Telling;
  readonly idempotency: IdempotencyOperations;
  readonly imports: ImportOperations;
  readonly logger: Logger;
}

/** Begins once the storage is ready to be used, and ends before it is closed. */
export class Upkeep {
  readonly #telling: Telling;
  readonly #repeated: readonly Repeated[];
  readonly #undoing: Repeated;

  constructor({ telling, idempotency, imports, logger }: UpkeepParts) {
    const onError = (sentence: string) => (error: unknown) => logger.error({ err: error }, sentence);
    this.#telling = telling;
    telling.begin();
    const sweeping = repeatedly(() => idempotency.forgetOldAnswers(), {
      everyMilliseconds: sweepMilliseconds,
      onError: onError('Old answers were not forgotten.'),
    });
    this.#undoing = repeatedly((ending) => imports.goOn(ending), {
      everyMilliseconds: undoingMilliseconds,
      onError: onError('An import was not undone further.'),
    });
    this.#repeated = [sweeping, this.#undoing];
    // Perhaps another process left one half undone.
    this.#undoing.wake();
  }

  undoImports(): void {
    this.#undoing.wake();
  }

  async end(patienceMilliseconds: number): Promise<void> {
    const patience = Math.min(tellingPatienceMilliseconds, patienceMilliseconds / 2);
    const endings = this.#repeated.map((each) => each[Symbol.asyncDispose]());
    await Promise.all([this.#telling.end(patience), ...endings]);
  }
}
