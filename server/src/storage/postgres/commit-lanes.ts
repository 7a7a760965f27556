import { GroupCommit, type GroupCommitOptions } from '../group-commit.ts';

/** Group commit in lanes that do not wait for each other but share one backlog. */
export class CommitLanes<Write, Output> {
  readonly #options: GroupCommitOptions<Write, Output>;
  readonly #lanes = new Map<string, GroupCommit<Write, Output>>();
  readonly #unanswered = new Map<string, number>();
  #closed = false;

  constructor(options: GroupCommitOptions<Write, Output>) {
    this.#options = options;
  }

  /** Since when the oldest waiting write has waited, by `performance.now()`; null if none waits. */
  get waitingSinceMilliseconds(): number | null {
    let oldest: number | null = null;
    for (const { waitingSinceMilliseconds: since } of this.#lanes.values()) {
      if (since !== null && (oldest === null || since < oldest)) oldest = since;
    }
    return oldest;
  }

  async write(lane: string, write: Write): Promise<Output> {
    if (this.#closed) throw this.#options.backlog.refuse('closing');
    const commits = this.#lanes.get(lane) ?? new GroupCommit(this.#options);
    this.#lanes.set(lane, commits);
    this.#unanswered.set(lane, (this.#unanswered.get(lane) ?? 0) + 1);
    try {
      return await commits.write(write);
    } finally {
      this.#leave(lane);
    }
  }

  /** Accepts no more writes and resolves once those accepted have their answers. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(Array.from(this.#lanes.values(), (lane) => lane.close()));
  }

  /**
   * Drops a lane without writes, unless it is stalled: then the next write finds out whether it still is, while the others
   * are refused at once.
   */
  #leave(lane: string): void {
    const others = (this.#unanswered.get(lane) ?? 1) - 1;
    if (others > 0) {
      this.#unanswered.set(lane, others);
      return;
    }
    this.#unanswered.delete(lane);
    if (this.#lanes.get(lane)?.isStill !== true) this.#lanes.delete(lane);
  }
}
