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

interface Queued {
  readonly hit: Hit;
  /** To be called once it is sent or lost. */
  readonly settle: () => void;
}

/** Sends hits in the background of a server, within limits on how many are sent at once and how many wait. */
export class HitQueue {
  readonly #options: HitQueueOptions;
  readonly #waiting: Queued[] = [];
  /** When each began. */
  readonly #underWay = new Map<Queued, number>();
  readonly #unsettled = new Set<Promise<void>>();

  constructor(options: HitQueueOptions) {
    this.#options = options;
  }

  /** Never throws and never waits. A hit that finds the queue full is lost. */
  add(hit: Hit): void {
    const { mostWaiting, timeoutMilliseconds, onLost } = this.#options;
    // A platform that ends with its answer what a request has begun may never let it come to an end here.
    for (const [queued, begun] of this.#underWay)
      if (Date.now() - begun > 2 * timeoutMilliseconds) this.#end(queued, new Error('A hit never ended.'));
    if (this.#waiting.length >= mostWaiting) {
      onLost(new Error('Too many hits wait to be sent.'));
      return;
    }
    const settled = new Promise<void>((settle) => this.#waiting.push({ hit, settle }));
    this.#unsettled.add(settled);
    void settled.then(() => this.#unsettled.delete(settled));
    this.#sendMore();
  }

  /** Resolves when everything added so far is sent or lost, for a server that is about to stop. */
  async settled(): Promise<void> {
    await Promise.all(this.#unsettled);
  }

  #sendMore(): void {
    while (this.#underWay.size < this.#options.mostAtOnce) {
      const queued = this.#waiting.shift();
      if (queued === undefined) return;
      this.#underWay.set(queued, Date.now());
      this.#send(queued.hit).then(
        () => this.#end(queued),
        (reason) => this.#end(queued, reason),
      );
    }
  }

  #end(queued: Queued, lostFor?: unknown): void {
    if (!this.#underWay.delete(queued)) return;
    if (lostFor) this.#options.onLost(lostFor);
    queued.settle();
    this.#sendMore();
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
