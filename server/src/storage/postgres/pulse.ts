const ticksOfPatience = 10;

/**
 * Whether calls come back. Where some are out and none has come back for longer than the patience allows, the storage
 * stands still, until one comes back well: meanwhile one call at a time is enough to find out. Time is counted by ticks,
 * between which what has come back is heard: a process that was held up itself does not take that for a storage that
 * stands still.
 */
export class Pulse {
  readonly #tickMilliseconds: number;
  #out = 0;
  #quietTicks = 0;
  #ticking: NodeJS.Timeout | null = null;
  #isStill = false;

  constructor(patienceMilliseconds: number) {
    this.#tickMilliseconds = patienceMilliseconds / ticksOfPatience;
  }

  /** Whether another call need not go out now. */
  get isStill(): boolean {
    return this.#isStill && this.#out > 0;
  }

  begin(): void {
    if (this.#out === 0) this.#quietTicks = 0;
    this.#out += 1;
    if (this.#ticking !== null || this.#tickMilliseconds === Number.POSITIVE_INFINITY) return;
    this.#ticking = setInterval(() => this.#tick(), this.#tickMilliseconds).unref();
  }

  end(isWell: boolean): void {
    if (isWell) this.#isStill = false;
    this.#out -= 1;
    this.#quietTicks = 0;
  }

  #tick(): void {
    if (this.#out === 0) this.#rest();
    // The first tick comes at any time after the call.
    else if (++this.#quietTicks > ticksOfPatience) this.#isStill = true;
  }

  #rest(): void {
    if (this.#ticking !== null) clearInterval(this.#ticking);
    this.#ticking = null;
  }
}
