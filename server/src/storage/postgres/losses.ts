/** When a connection to the server was lost last, by `performance.now()`: for all who have connections to it. */
export class Losses {
  readonly #listeners: (() => void)[] = [];
  #lastMilliseconds = Number.NEGATIVE_INFINITY;

  get lastMilliseconds(): number {
    return this.#lastMilliseconds;
  }

  note(): void {
    this.#lastMilliseconds = performance.now();
  }

  /** One said nothing for as long as anything may take: those that wait for others wait in vain, too. */
  noteSilence(): void {
    this.note();
    for (const listener of this.#listeners) listener();
  }

  onSilence(listener: () => void): void {
    this.#listeners.push(listener);
  }
}
