import type { Caller } from './writers.ts';

/** How far a customer's life has come, as far as it shows: known by nobody, known, or known no more. */
type Sight = 'unknown' | 'known';

interface Step {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly status: number;
  readonly seen: Sight;
}

/**
 * One client's customers who come and are erased, one after the other. Who was acknowledged to be erased is known no
 * more, also after a restart; what was sent and not acknowledged is all there or not at all.
 */
export class Erasing {
  readonly #name: string;
  /** Of each customer what was seen before and may be seen after the last step that was sent. */
  readonly #possible = new Map<string, readonly Sight[]>();

  constructor(name: string) {
    this.#name = name;
  }

  /** Goes on until the connection breaks. */
  async live(client: Caller): Promise<void> {
    for (let number = 0; ; number++) {
      const customerId = `${this.#name}-${number}`;
      let before: Sight = 'unknown';
      for (const { method, path, body, status, seen } of stepsOf(customerId)) {
        this.#possible.set(customerId, [before, seen]);
        const answer = await client.send(method, path, body).catch(() => null);
        if (answer === null) return;
        if (answer.status !== status)
          throw new Error(`${method} ${path} was answered with ${answer.status}.`);
        this.#possible.set(customerId, [seen]);
        before = seen;
      }
    }
  }

  /** Every way in which what is there breaks what was promised. */
  async faults(client: Caller): Promise<readonly string[]> {
    const faults: string[] = [];
    for (const [customerId, possible] of this.#possible) {
      const { status } = await client.send('GET', `/customers/${customerId}`);
      const seen = status === 404 ? 'unknown' : 'known';
      if (!possible.includes(seen))
        faults.push(`${customerId} is ${seen}, which is none of ${possible.join(' ')}`);
    }
    return faults;
  }
}

function stepsOf(customerId: string): readonly Step[] {
  const path = `/customers/${customerId}`;
  const body = { source: 'one', clickId: customerId };
  return [
    { method: 'PUT', path: `${path}/lead-source`, body, status: 201, seen: 'known' },
    { method: 'POST', path: `${path}/erasure`, status: 200, seen: 'unknown' },
  ];
}
