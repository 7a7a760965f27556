import { Attempts } from './attempts.ts';
import type { GivenUp } from './errors.ts';

export type Silence = Exclude<GivenUp, 'slow'>;

/**
 * When a connection to the server was last lost, by `performance.now()`, and the attempts to make new ones; shared by all pools of
 * connections to it.
 */
export class Losses {
  readonly attempts = new Attempts();
  readonly #listeners: ((of: Silence) => void)[] = [];
  #lastMilliseconds = Number.NEGATIVE_INFINITY;

  get lastMilliseconds(): number {
    return this.#lastMilliseconds;
  }

  note(): void {
    this.#lastMilliseconds = performance.now();
  }

  /** A connection was silent for as long as anything may take: those who wait on others wait in vain too. */
  noteSilence(of: Silence): void {
    this.note();
    for (const listener of this.#listeners) listener(of);
  }

  onSilence(listener: (of: Silence) => void): void {
    this.#listeners.push(listener);
  }
}
