import type { Failure } from '../domain/failure.ts';
import type { Backlog } from './backlog.ts';

const usualPatienceMilliseconds = 3_000;

interface Waiting<Write, Output> {
  readonly write: Write;
  readonly sinceMilliseconds: number;
  readonly resolve: (output: Output) => void;
  readonly reject: (error: unknown) => void;
}

export interface GroupCommitOptions<Write, Output> {
  /** Makes a batch durable in one go; answers, for each write in order, how to give its output or throw its error. */
  readonly commit: (batch: readonly Write[]) => Promise<readonly (() => Output)[]>;
  readonly maximumBatch: number;
  /** Where these writes wait; others may wait there too. */
  readonly backlog: Backlog;
  /** How long a batch may take before those that wait behind it are refused, and others at once. */
  readonly patienceMilliseconds?: number;
}

/**
 * Group commit: writes that arrive while a batch is being committed wait and go together in the next one, so that one
 * fsync acknowledges them all. A write that the backlog has no room for fails at once with `unavailable`; so does one
 * that comes while the storage stands still, until a batch has been quick again.
 */
export class GroupCommit<Write, Output> {
  readonly #options: GroupCommitOptions<Write, Output>;
  #waiting: Waiting<Write, Output>[] = [];
  #committing = false;
  #isStill = false;
  #closed = false;
  #idle = Promise.withResolvers<void>();

  constructor(options: GroupCommitOptions<Write, Output>) {
    this.#options = options;
    this.#idle.resolve();
  }

  /** By `performance.now()`, since when the oldest of those that wait has waited; null where none does. */
  get waitingSinceMilliseconds(): number | null {
    return this.#waiting[0]?.sinceMilliseconds ?? null;
  }

  write(write: Write): Promise<Output> {
    const { backlog } = this.#options;
    const refusal = this.#closed ? backlog.refuse('closing') : this.#enter();
    if (refusal !== null) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, sinceMilliseconds: performance.now(), resolve, reject });
      this.#start();
    });
  }

  /** Takes no more writes, and ends when those accepted have their answers. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#idle.promise;
  }

  /** While the storage stands still, one batch at a time is enough to find out whether it still does. */
  #enter(): Failure | null {
    const { backlog } = this.#options;
    return this.#isStill && this.#committing ? backlog.refuse('stalled') : backlog.enter();
  }

  #start(): void {
    if (this.#committing) return;
    this.#committing = true;
    this.#idle = Promise.withResolvers();
    // Requests that the same turn of the event loop brings still join the first batch.
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    let answer = (): void => {};
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#options.maximumBatch);
      this.#options.backlog.leave(batch.length);
      const committing = this.#commitInTime(batch);
      // The next batch is under way before those that waited for the last one go on, which keeps this thread busy.
      answer();
      answer = await committing;
    }
    answer();
    this.#committing = false;
    this.#idle.resolve();
  }

  async #commitInTime(batch: readonly Waiting<Write, Output>[]): Promise<() => void> {
    let isInTime = true;
    const patience = setTimeout(() => {
      isInTime = false;
      this.#standStill();
    }, this.#options.patienceMilliseconds ?? usualPatienceMilliseconds);
    const answer = await this.#commit(batch);
    clearTimeout(patience);
    if (isInTime) this.#isStill = false;
    return answer;
  }

  #standStill(): void {
    const { backlog } = this.#options;
    this.#isStill = true;
    const refused = this.#waiting.splice(0);
    backlog.leave(refused.length);
    for (const { reject } of refused) reject(backlog.refuse('stalled'));
  }

  /** Answers how to answer those who wait. */
  async #commit(batch: readonly Waiting<Write, Output>[]): Promise<() => void> {
    try {
      const outputs = await this.#options.commit(batch.map(({ write }) => write));
      return () => {
        for (const [place, waiting] of batch.entries()) settle(waiting, outputs[place]);
      };
    } catch (error) {
      return () => {
        for (const { reject } of batch) reject(error);
      };
    }
  }
}

function settle<Write, Output>(waiting: Waiting<Write, Output>, output: (() => Output) | undefined): void {
  try {
    if (output === undefined) throw new Error('The storage gave no outcome for a write.');
    waiting.resolve(output());
  } catch (error) {
    waiting.reject(error);
  }
}
