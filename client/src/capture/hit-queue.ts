/** A landing in the form the service takes, and what else the service may know about the visitor. */
export interface Hit {
  readonly body: Readonly<Record<string, string>>;
  readonly userAgent: string;
  readonly address: string | undefined;
}

export interface HitQueueOptions {
  readonly endpoint: URL;
  readonly fetch: typeof fetch;
  readonly mostAtOnce: number;
  readonly mostWaiting: number;
  readonly timeoutMilliseconds: number;
  readonly onLost: (reason: unknown) => void;
}

const recorded = 202;

/** Sends hits in the background of a server, within limits on how many are sent at once and how many wait. */
export class HitQueue {
  readonly #options: HitQueueOptions;
  readonly #waiting: Hit[] = [];
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: HitQueueOptions) {
    this.#options = options;
  }

  /** Never throws and never waits. A hit that finds the queue full is lost. */
  add(hit: Hit): void {
    const { mostWaiting, onLost } = this.#options;
    if (this.#waiting.length < mostWaiting) {
      this.#waiting.push(hit);
      this.#sendMore();
    } else onLost(new Error('Too many hits wait to be sent.'));
  }

  /** Resolves when everything added so far is sent or lost, for a server that is about to stop. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  #sendMore(): void {
    while (this.#underWay.size < this.#options.mostAtOnce) {
      const hit = this.#waiting.shift();
      if (hit === undefined) return;
      const sending = this.#send(hit)
        .catch(this.#options.onLost)
        .finally(() => {
          this.#underWay.delete(sending);
          this.#sendMore();
        });
      this.#underWay.add(sending);
    }
  }

  async #send({ body, userAgent, address }: Hit): Promise<void> {
    const { endpoint, timeoutMilliseconds } = this.#options;
    // Taken out of the options because browsers and workers refuse a `fetch` that is called as a method.
    const send = this.#options.fetch;
    const response = await send(endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': userAgent,
        ...(address !== undefined && { 'x-forwarded-for': address }),
      },
      body: JSON.stringify(body),
      // Not followed. Some workers do not know `error`.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    await response.arrayBuffer();
    if (response.status !== recorded) throw new Error(`The service answered a hit with ${response.status}.`);
  }
}
