/**
 * Whether calls come back. Where some are out and none has come back for longer than the patience allows, the storage
 * stands still, until one comes back well: meanwhile one call at a time is enough to find out.
 */
export class Pulse {
  readonly #patienceMilliseconds: number;
  #out = 0;
  #quietSinceMilliseconds = 0;
  #isStill = false;

  constructor(patienceMilliseconds: number) {
    this.#patienceMilliseconds = patienceMilliseconds;
  }

  /** Whether another call need not go out now. */
  get isStill(): boolean {
    if (this.#out === 0) return false;
    this.#look();
    return this.#isStill;
  }

  begin(): void {
    if (this.#out === 0) this.#quietSinceMilliseconds = performance.now();
    this.#out += 1;
  }

  end(isWell: boolean): void {
    this.#look();
    if (isWell) this.#isStill = false;
    this.#out -= 1;
    this.#quietSinceMilliseconds = performance.now();
  }

  #look(): void {
    this.#isStill ||= performance.now() - this.#quietSinceMilliseconds > this.#patienceMilliseconds;
  }
}
