import type { Backlog } from './backlog.ts';

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
}

/**
 * Group commit: writes that arrive while a batch is being committed wait and go together in the next one, so that one
 * fsync acknowledges them all. A write that the backlog has no room for fails at once with `unavailable`.
 */
export class GroupCommit<Write, Output> {
  readonly #options: GroupCommitOptions<Write, Output>;
  #waiting: Waiting<Write, Output>[] = [];
  #committing = false;
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
    const refusal = this.#closed ? backlog.refuse('closing') : backlog.enter();
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

  #start(): void {
    if (this.#committing) return;
    this.#committing = true;
    this.#idle = Promise.withResolvers();
    // Requests that the same turn of the event loop brings still join the first batch.
    setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#options.maximumBatch);
      this.#options.backlog.leave(batch.length);
      await this.#commit(batch);
    }
    this.#committing = false;
    this.#idle.resolve();
  }

  async #commit(batch: readonly Waiting<Write, Output>[]): Promise<void> {
    try {
      const outputs = await this.#options.commit(batch.map(({ write }) => write));
      batch.forEach((waiting, place) => {
        settle(waiting, outputs[place]);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
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
