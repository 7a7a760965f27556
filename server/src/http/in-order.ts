/**
 * Works on items as they come, until `atOnce` of them are under way, by number or by `sizeOf`, and yields the outcomes in the
 * order of the items: as many at a time as there are. Takes no further item while nobody takes outcomes. `work` must not fail; if
 * `items` fails, so does this, after the outcomes of all items before.
 */
export async function* inOrder<Item, Outcome>(
  items: AsyncIterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Outcome>,
  sizeOf: (item: Item) => number = () => 1,
): AsyncGenerator<readonly Outcome[]> {
  const line = new WaitingLine<Outcome>(atOnce);
  const filling = fill(line, items, work, sizeOf);
  // Its failure is thrown below, or nobody is left to receive it.
  filling.catch(() => undefined);
  try {
    while (await line.hasOutcome()) yield line.takeOutcomes();
    await filling;
  } finally {
    line.stop();
  }
}

async function fill<Item, Outcome>(
  line: WaitingLine<Outcome>,
  items: AsyncIterable<Item>,
  work: (item: Item) => Promise<Outcome>,
  sizeOf: (item: Item) => number,
): Promise<void> {
  try {
    for await (const item of items) {
      line.enter(work(item), sizeOf(item));
      if (!(await line.hasRoom())) return;
    }
  } finally {
    line.close();
  }
}

interface Slot<Outcome> {
  readonly size: number;
  outcome?: { readonly value: Outcome };
}

/** Outcomes in the order in which their work began. */
class WaitingLine<Outcome> {
  readonly #atOnce: number;
  #slots: Slot<Outcome>[] = [];
  #size = 0;
  #isClosed = false;
  #isStopped = false;
  #changed = Promise.withResolvers<void>();

  constructor(atOnce: number) {
    this.#atOnce = atOnce;
  }

  enter(working: Promise<Outcome>, size: number): void {
    const slot: Slot<Outcome> = { size };
    this.#slots.push(slot);
    this.#size += size;
    void working.then((value) => {
      slot.outcome = { value };
      if (slot === this.#slots[0]) this.#notify();
    });
  }

  /** Waits for room; false once nobody takes outcomes any more. */
  async hasRoom(): Promise<boolean> {
    while (this.#size >= this.#atOnce && !this.#isStopped) await this.#changed.promise;
    return !this.#isStopped;
  }

  /** Waits for the first outcome; false once none is left. */
  async hasOutcome(): Promise<boolean> {
    while (this.#slots[0]?.outcome === undefined) {
      if (this.#isClosed && this.#slots.length === 0) return false;
      await this.#changed.promise;
    }
    return true;
  }

  takeOutcomes(): readonly Outcome[] {
    const unsettled = this.#slots.findIndex(({ outcome }) => outcome === undefined);
    const count = unsettled === -1 ? this.#slots.length : unsettled;
    const taken = this.#slots.splice(0, count);
    for (const { size } of taken) this.#size -= size;
    this.#notify();
    return taken.flatMap(({ outcome }) => (outcome === undefined ? [] : [outcome.value]));
  }

  /** No more items come. */
  close(): void {
    this.#isClosed = true;
    this.#notify();
  }

  /** Nobody takes outcomes any more. */
  stop(): void {
    this.#isStopped = true;
    this.#notify();
  }

  #notify(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}
