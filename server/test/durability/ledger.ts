import { completeLeadSource, type LeadSource } from '../../src/domain/lead-source.ts';

interface Account {
  /** Whether one client writes here, one number after the other. */
  readonly isOwn: boolean;
  readonly sent: Set<number>;
  readonly acknowledged: number[];
}

/** A write that a client was told is kept. */
export interface Acknowledged {
  readonly customerId: string;
  readonly number: number;
}

/** What a service shows of a customer. */
export interface ShownCustomer {
  readonly current: LeadSource | null;
  readonly original: LeadSource | null;
  /** Oldest first. */
  readonly touches: readonly LeadSource[];
}

/** A lead source in which every fact says the same number, for a customer who says it, too. */
export function numberedLeadSource(customerId: string, number: number): LeadSource {
  const text = `${customerId} ${number}`;
  return completeLeadSource({
    medium: text,
    // Tuples repeat between customers: a mixture with another's shows in the rest.
    source: `n ${number}`,
    campaign: text,
    affiliate: text,
    clickId: text,
    path: `https://a.example/${number}`,
    referrer: `https://r${number}.example/`,
  });
}

/** What clients sent and what they were told is kept, to be held against what is there after a crash. */
export class Ledger {
  readonly #accounts = new Map<string, Account>();
  #lastNumber = 0;
  #acknowledged = 0;

  get acknowledged(): number {
    return this.#acknowledged;
  }

  get customerIds(): readonly string[] {
    return [...this.#accounts.keys()];
  }

  *allAcknowledged(): Generator<Acknowledged> {
    for (const [customerId, { acknowledged }] of this.#accounts)
      for (const number of acknowledged) yield { customerId, number };
  }

  /** The number of the next write, which no other write has: the given one, or the next of this ledger. */
  send(customerId: string, isOwn: boolean, number = ++this.#lastNumber): number {
    const account = this.#accounts.get(customerId) ?? { isOwn, sent: new Set(), acknowledged: [] };
    this.#accounts.set(customerId, account);
    account.sent.add(number);
    return number;
  }

  acknowledge(customerId: string, number: number): void {
    this.#accounts.get(customerId)?.acknowledged.push(number);
    this.#acknowledged += 1;
  }

  /** Every way in which what is shown breaks what was promised; none where the storage kept its word. */
  faultsOf(customerId: string, shown: ShownCustomer): readonly string[] {
    const account = this.#accounts.get(customerId);
    if (account === undefined) return [`${customerId} was never written`];
    const numbers = shown.touches.map((touch) => Number((touch.source ?? '').replace('n ', '')));
    const found = new Set(numbers);
    const lost = account.acknowledged.filter((number) => !found.has(number));
    const invented = numbers.filter((number) => !account.sent.has(number));
    const torn = shown.touches.filter((touch, place) => !isWhole(customerId, numbers[place], touch));
    const order = numbers.toSorted((one, other) => one - other);
    return [
      ...lost.map((number) => `${customerId}: ${number} was acknowledged and is lost`),
      ...invented.map((number) => `${customerId}: ${number} was never sent`),
      ...torn.map((touch) => `${customerId}: ${JSON.stringify(touch)} is torn`),
      ...(found.size < numbers.length ? [`${customerId}: a write is there twice`] : []),
      ...(account.isOwn && !isDeepEqual(numbers, order) ? [`${customerId}: writes changed places`] : []),
      ...(isDeepEqual(shown.original, shown.touches[0] ?? null)
        ? []
        : [`${customerId}: the original is not first`]),
      ...(isDeepEqual(shown.current, shown.touches.at(-1) ?? null)
        ? []
        : [`${customerId}: the current is not last`]),
    ];
  }
}

function isWhole(customerId: string, number: number | undefined, touch: LeadSource): boolean {
  return number !== undefined && isDeepEqual(touch, numberedLeadSource(customerId, number));
}

function isDeepEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
