import type { GivenUp } from './errors.ts';

/** How long answers may be awaited on a connection. */
export interface Patience {
  /** By then the server itself would have cancelled a statement. */
  readonly statementMilliseconds: number;
  /** By then not even the cancellation can be on its way. */
  readonly silentMilliseconds: number;
  /** From the sending of a statement, even if answers to those sent before it come all the time. */
  readonly answerMilliseconds: number;
}

/**
 * Watches a connection while answers are awaited. What is sent at once is answered one by one, so the time of a statement
 * counts from what came last before its answer.
 */
export class Watch {
  readonly #patience: Patience;
  readonly #lastHeard: () => number;
  readonly #giveUp: (why: GivenUp) => void;
  /** When what has no answer yet was sent, by `performance.now()`. Answers come in this order. */
  readonly #sentMilliseconds: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  /** `lastHeard` tells when something last came, by `performance.now()`. */
  constructor(patience: Patience, lastHeard: () => number, giveUp: (why: GivenUp) => void) {
    this.#patience = patience;
    this.#lastHeard = lastHeard;
    this.#giveUp = giveUp;
  }

  /** Call for each thing sent that will be answered. */
  begin(): void {
    const now = performance.now();
    this.#sentMilliseconds.push(now);
    if (this.#sentMilliseconds.length === 1) this.#lookIn(this.#leftMilliseconds(now, now));
  }

  /** Call for each answer, also if it is that there will be none. */
  end(): void {
    this.#sentMilliseconds.shift();
    if (this.#sentMilliseconds.length === 0) clearTimeout(this.#timer);
  }

  #lookIn(milliseconds: number): void {
    clearTimeout(this.#timer);
    // In a process that was itself held up, what has come meanwhile is received before the look.
    this.#timer = setTimeout(() => setImmediate(() => this.#look()), milliseconds);
  }

  #look(): void {
    const [sent] = this.#sentMilliseconds;
    if (sent === undefined) return;
    const now = performance.now();
    const left = this.#leftMilliseconds(now, sent);
    if (left > 0) {
      this.#lookIn(left);
      return;
    }
    const isSilent = this.#quietMilliseconds(now, sent) >= this.#patience.statementMilliseconds;
    this.#giveUp(isSilent ? 'silent' : 'slow');
  }

  #leftMilliseconds(now: number, sent: number): number {
    const { silentMilliseconds, answerMilliseconds } = this.#patience;
    return Math.min(
      silentMilliseconds - this.#quietMilliseconds(now, sent),
      answerMilliseconds - (now - sent),
    );
  }

  #quietMilliseconds(now: number, sent: number): number {
    return now - Math.max(sent, this.#lastHeard());
  }
}
