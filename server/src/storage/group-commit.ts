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
  /**
   * Makes a batch durable in one go; resolves with one function per write, in order, that returns its output or throws its
   * error.
   */
  readonly commit: (batch: readonly Write[]) => Promise<readonly (() => Output)[]>;
  /** A batch holds writes up to this total size, or a single larger one. */
  readonly maximumBatch: number;
  /** The size of a write within a batch; 1 by default. */
  readonly sizeOf?: (write: Write) => number;
  /** Where these writes wait, possibly with others. */
  readonly backlog: Backlog;
  /** How many batches may be under way at once, if `commit` merges those that wait for it; 1 by default. */
  readonly maximumUnderWay?: number;
  /** With this many waiting writes, a batch is sent without waiting for the end of the event loop's turn. */
  readonly enough?: number;
  /** How long a batch may take before waiting writes are refused, and new ones at once. */
  readonly patienceMilliseconds?: number;
}

/**
 * Group commit: writes that arrive while a batch is being committed wait and go together in the next one, so that one fsync
 * acknowledges them all. A write that finds no room in the backlog fails at once with `unavailable`; so does one that arrives
 * while the storage is stalled, until a batch is fast again.
 */
export class GroupCommit<Write, Output> {
  readonly #options: GroupCommitOptions<Write, Output>;
  readonly #maximumUnderWay: number;
  readonly #enough: number;
  #waiting: Waiting<Write, Output>[] = [];
  /** Accepted writes without an answer, whether waiting or under way. */
  #unanswered = 0;
  #underWay = 0;
  #isDue = false;
  #isStill = false;
  #closing: PromiseWithResolvers<void> | null = null;

  constructor(options: GroupCommitOptions<Write, Output>) {
    this.#options = options;
    this.#maximumUnderWay = options.maximumUnderWay ?? 1;
    this.#enough = options.enough ?? options.maximumBatch;
  }

  /** Since when the oldest waiting write has waited, by `performance.now()`; null if none waits. */
  get waitingSinceMilliseconds(): number | null {
    return this.#waiting[0]?.sinceMilliseconds ?? null;
  }

  /** Whether the storage is stalled: the last batch with a known result took too long. */
  get isStill(): boolean {
    return this.#isStill;
  }

  write(write: Write): Promise<Output> {
    const { backlog } = this.#options;
    const refusal = this.#closing === null ? this.#enter() : backlog.refuse('closing');
    if (refusal !== null) return Promise.reject(refusal);
    this.#unanswered += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ write, sinceMilliseconds: performance.now(), resolve, reject });
      if (this.#waiting.length >= this.#enough && this.#underWay < this.#maximumUnderWay) this.#send();
      else this.#schedule();
    });
  }

  /** Accepts no more writes and resolves once those accepted have their answers. */
  async close(): Promise<void> {
    this.#closing ??= Promise.withResolvers();
    if (this.#unanswered === 0) this.#closing.resolve();
    await this.#closing.promise;
  }

  /** While the storage is stalled, one batch at a time is enough to find out whether it still is. */
  #enter(): Failure | null {
    const { backlog } = this.#options;
    return this.#isStill && this.#unanswered > 0 ? backlog.refuse('stalled') : backlog.enter();
  }

  #schedule(): void {
    if (this.#isDue || this.#underWay >= this.#maximumUnderWay) return;
    this.#isDue = true;
    // Requests that arrive in the same turn of the event loop still join the batch.
    setImmediate(() => {
      this.#isDue = false;
      this.#send();
    });
  }

  #send(): void {
    if (this.#waiting.length === 0 || this.#underWay >= this.#maximumUnderWay) return;
    const batch = this.#waiting.splice(0, this.#nextLength());
    this.#options.backlog.leave(batch.length);
    this.#underWay += 1;
    void this.#commitInTime(batch).then((answer) => {
      this.#underWay -= 1;
      // Sending the next batch first keeps the storage busy while those who waited for this one run on this thread.
      this.#send();
      answer();
      this.#leave(batch.length);
    });
    if (this.#waiting.length > 0) this.#schedule();
  }

  #nextLength(): number {
    const { sizeOf, maximumBatch } = this.#options;
    if (sizeOf === undefined) return maximumBatch;
    let [length, size] = [0, 0];
    for (const { write } of this.#waiting) {
      size += sizeOf(write);
      if (length > 0 && size > maximumBatch) break;
      length += 1;
    }
    return length;
  }

  #leave(writes: number): void {
    this.#unanswered -= writes;
    if (this.#unanswered === 0) this.#closing?.resolve();
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
    this.#leave(refused.length);
  }

  /** Returns a function that answers those who wait. */
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
