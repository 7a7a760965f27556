import type { Instant } from './time.ts';

export interface ClaimClock {
  readonly now: () => Instant;
  /** The clock that those who compete share; each goes by `now` where there is none. */
  readonly sharedTime?: (() => Promise<Instant>) | null;
}

/** Asks for the right from one moment to another, by the clock that is shared, and answers whether it was given. */
type Asking = (times: { readonly now: Instant; readonly until: Instant }) => Promise<boolean>;

/** A right that one process has at a time, for a while, and keeps by asking for it again. */
export class Claim {
  readonly #clock: ClaimClock;
  readonly #milliseconds: number;
  readonly #ask: Asking;
  /** When it was asked for, by the clock of this process; null where it was not given. */
  #since: Instant | null = null;

  constructor(clock: ClaimClock, milliseconds: number, ask: Asking) {
    this.#clock = clock;
    this.#milliseconds = milliseconds;
    this.#ask = ask;
  }

  /** As far as is known: false once it was refused, as where another process has it. */
  get isHeld(): boolean {
    return this.#since !== null;
  }

  /** Whether others may have it by now. */
  get isOver(): boolean {
    return this.#since === null || this.#clock.now() - this.#since >= this.#milliseconds;
  }

  /** Whether it is held and need not be asked for yet: less than half of its time is over. */
  get lastsLong(): boolean {
    if (this.#since === null) return false;
    const held = this.#clock.now() - this.#since;
    // Less than nothing if the clock was set back, and others go by theirs.
    return held >= 0 && held < this.#milliseconds / 2;
  }

  /** Asks for it, from now on, and answers whether it is held. */
  make(): Promise<boolean> {
    return this.#make(this.#milliseconds);
  }

  /** Asks for it again where it is held and may not last long. */
  async keep(): Promise<void> {
    if (this.isHeld && !this.lastsLong) await this.make();
  }

  /** Lets another process have it at once. */
  async release(): Promise<void> {
    if (this.isHeld) await this.#make(0);
  }

  async #make(milliseconds: number): Promise<boolean> {
    const since = this.#clock.now();
    const now = (await this.#clock.sharedTime?.()) ?? since;
    this.#since = (await this.#ask({ now, until: now + milliseconds })) ? since : null;
    return this.isHeld;
  }
}
