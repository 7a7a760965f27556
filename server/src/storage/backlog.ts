import { Failure } from '../domain/failure.ts';

const words = {
  'queue-full': 'Too many writes are waiting.',
  stalled: 'The storage is too slow.',
  closing: 'The storage is closing.',
} as const;

/** Why a write was turned away before its turn came. */
export type WriteRefusal = keyof typeof words;

/** The writes that wait, in one lane or in many together: how many may, how many do, and how many were turned away. */
export class Backlog {
  readonly #maximum: number;
  readonly #refused: Record<WriteRefusal, number> = { 'queue-full': 0, stalled: 0, closing: 0 };
  #waiting = 0;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Since the start. */
  get refused(): Readonly<Record<WriteRefusal, number>> {
    return { ...this.#refused };
  }

  /** Makes room for one more write; answers why there is none. */
  enter(): Failure | null {
    if (this.#waiting >= this.#maximum) return this.refuse('queue-full');
    this.#waiting += 1;
    return null;
  }

  /** Turns a write away. */
  refuse(reason: WriteRefusal): Failure {
    this.#refused[reason] += 1;
    return new Failure('unavailable', words[reason]);
  }

  /** These wait no longer. */
  leave(writes: number): void {
    this.#waiting -= writes;
  }
}
