import type { WebhookDelivery } from '../domain/webhook-delivery.ts';

export interface LaneOptions {
  /** The deliveries that have been due longest. */
  readonly due: (limit: number) => Promise<readonly WebhookDelivery[]>;
  /** Makes one attempt; returns whether more may follow. */
  readonly attempt: (delivery: WebhookDelivery) => Promise<boolean>;
  readonly onIdle: () => void;
  readonly onError: (error: unknown) => void;
}

/** How many attempts to one webhook are under way together. */
const attemptsAtOnce = 4;
const takenAtOnce = 64;

/** The deliveries to one webhook: a few attempts at a time, until nothing is due. */
export class Lane implements AsyncDisposable {
  readonly #options: LaneOptions;
  readonly #atHand = new Set<WebhookDelivery>();
  #run: Promise<void> | null = null;
  #isAsked = false;
  #isEnded = false;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** Deliveries that were fetched and are not done yet. */
  get atHand(): readonly WebhookDelivery[] {
    return [...this.#atHand];
  }

  wake(): void {
    this.#isAsked = true;
    this.#run ??= this.#go();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isEnded = true;
    await this.#run;
  }

  async #go(): Promise<void> {
    try {
      while (this.#isAsked && !this.#isEnded) {
        this.#isAsked = false;
        while (await this.#deal()) {}
      }
    } catch (error) {
      this.#options.onError(error);
    } finally {
      this.#atHand.clear();
      this.#run = null;
      this.#options.onIdle();
    }
  }

  /** Returns whether there may be more. */
  async #deal(): Promise<boolean> {
    const due = await this.#options.due(takenAtOnce);
    for (const delivery of due) this.#atHand.add(delivery);
    const left = due.values();
    let mayFollow = due.length > 0;
    const work = async (): Promise<void> => {
      for (const delivery of left) {
        if (this.#isEnded || !mayFollow) return;
        if (!(await this.#options.attempt(delivery))) mayFollow = false;
        this.#atHand.delete(delivery);
      }
    };
    const outcomes = await Promise.allSettled(Array.from({ length: attemptsAtOnce }, work));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return mayFollow && !this.#isEnded;
  }
}
