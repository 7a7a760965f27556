import { GroupCommit, type GroupCommitOptions } from '../group-commit.ts';

/** Group commit in lanes that do not wait for each other. They share one backlog. */
export class Lanes<Write, Output> {
  readonly #options: GroupCommitOptions<Write, Output>;
  readonly #lanes = new Map<string, GroupCommit<Write, Output>>();
  readonly #unanswered = new Map<string, number>();
  #closed = false;

  constructor(options: GroupCommitOptions<Write, Output>) {
    this.#options = options;
  }

  /** By `performance.now()`, since when the oldest of those that wait has waited; null where none does. */
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

  /** Takes no more writes, and ends when those accepted have their answers. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(Array.from(this.#lanes.values(), (lane) => lane.close()));
  }

  /**
   * A lane that nobody is in any more is forgotten, unless it stands still: whoever comes next finds out whether it still
   * does, and nobody else waits for that.
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
