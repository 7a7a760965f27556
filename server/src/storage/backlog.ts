import { Failure } from '../domain/failure.ts';

const words = {
  'queue-full': 'Too many writes are waiting.',
  stalled: 'The storage is too slow.',
  closing: 'The storage is closing.',
} as const;

/** Why a write was turned away before its turn. */
export type WriteRefusal = keyof typeof words;

/** Counts the writes that wait, in one lane or in many together, limits them, and counts those turned away. */
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

  /** Counts since the start. */
  get refused(): Readonly<Record<WriteRefusal, number>> {
    return { ...this.#refused };
  }

  /** Takes a place for one more write; returns why there is none. */
  enter(): Failure | null {
    if (this.#waiting >= this.#maximum) return this.refuse('queue-full');
    this.#waiting += 1;
    return null;
  }

  /** Turns a write away and counts it. */
  refuse(reason: WriteRefusal): Failure {
    this.#refused[reason] += 1;
    return new Failure('unavailable', words[reason]);
  }

  /** Frees the places of writes that no longer wait. */
  leave(writes: number): void {
    this.#waiting -= writes;
  }
}
