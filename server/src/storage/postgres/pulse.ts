const ticksOfPatience = 10;

/**
 * Notices when calls get no answers. If calls are out and none has returned for longer than the patience allows, the storage
 * counts as stalled until one returns well; meanwhile one call at a time is enough to find out. Time is counted in ticks,
 * between which answers are received, so that a process that was itself held up does not mistake that for a stalled storage.
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

  /** Whether another call would be pointless now. */
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
    // The first tick may come at any time after the call.
    else if (++this.#quietTicks > ticksOfPatience) this.#isStill = true;
  }

  #rest(): void {
    if (this.#ticking !== null) clearInterval(this.#ticking);
    this.#ticking = null;
  }
}
