/**
 * What a list of customers is, said once more and as plainly as possible: lists of touches, nothing remembered that
 * can be counted. It shares no code with the service.
 */
export interface ModelTouch {
  readonly time: number;
  /** Counts arrivals over all customers. */
  readonly arrival: number;
  readonly facts: string;
}

interface ModelCustomer {
  website: string | null;
  touches: ModelTouch[];
  /** When the lead source came into being; null where there is none. */
  createdTime: number | null;
}

export type Outcome =
  | 'done'
  | 'created'
  | 'replaced'
  | 'not-found'
  | 'invalid'
  | 'conflict'
  | 'precondition-failed';

/** What can be seen of a customer. */
export interface ModelView {
  readonly website: string | null;
  /** `arrival` grows from touch to touch over all customers. */
  readonly touches: readonly ModelTouch[];
  readonly createdTime: number | null;
}

export class Model {
  readonly #customers: Map<string, ModelCustomer>;
  readonly #aliases: Map<string, string>;
  #arrivals: number;
  /** The arrivals of touches that were added, and of those that were before this model was copied. */
  readonly #added: number[];
  readonly #addedBefore: readonly number[];
  /** Changes of lead sources and of the list of customers that others must be told of. */
  #events: number;

  constructor(from?: Model) {
    this.#customers = new Map(
      [...(from?.views() ?? [])].map(([id]) => [id, from?.copyOf(id) ?? emptyCustomer()]),
    );
    this.#aliases = new Map(from?.aliases() ?? []);
    this.#arrivals = from?.arrivals ?? 0;
    this.#addedBefore = from?.added ?? [];
    this.#added = [...this.#addedBefore];
    this.#events = from?.events ?? 0;
  }

  get arrivals(): number {
    return this.#arrivals;
  }

  get added(): readonly number[] {
    return this.#added;
  }

  get events(): number {
    return this.#events;
  }

  aliases(): readonly (readonly [string, string])[] {
    return [...this.#aliases];
  }

  views(): ReadonlyMap<string, ModelView> {
    return new Map([...this.#customers].map(([id, customer]) => [id, viewOf(customer)]));
  }

  copyOf(id: string): ModelCustomer {
    const customer = this.#customers.get(id) ?? emptyCustomer();
    return { ...customer, touches: [...customer.touches] };
  }

  view(id: string): ModelView | null {
    const customer = this.#customers.get(id);
    return customer === undefined ? null : viewOf(customer);
  }

  put(name: string, facts: string, time: number, mustBeNew: boolean): Outcome {
    const id = this.#resolve(name);
    const existing = this.#customers.get(id);
    const hadNone = existing === undefined || existing.touches.length === 0;
    if (mustBeNew && !hadNone) return 'precondition-failed';
    this.#touch(this.#customerNamed(id), facts, time);
    return hadNone ? 'created' : 'replaced';
  }

  remove(id: string): Outcome {
    const customer = this.#customers.get(id);
    if (customer === undefined || customer.touches.length === 0) return 'not-found';
    customer.touches = [];
    customer.createdTime = null;
    this.#events += 1;
    return 'done';
  }

  add(name: string, facts: string, time: number, now: number): Outcome {
    const customer = this.#customerNamed(this.#resolve(name));
    const before = shownOf(customer);
    this.#arrivals += 1;
    this.#added.push(this.#arrivals);
    const touch = { time: Math.min(time, now), arrival: this.#arrivals, facts };
    customer.touches = [...customer.touches, touch].toSorted(byTime);
    customer.createdTime ??= now;
    if (shownOf(customer) !== before) this.#events += 1;
    return 'created';
  }

  undo(id: string, number: number): Outcome {
    const customer = this.#customers.get(id);
    const arrival = this.#addedBefore[number % this.#addedBefore.length];
    if (customer === undefined || !customer.touches.some((touch) => touch.arrival === arrival)) {
      return 'not-found';
    }
    const before = shownOf(customer);
    customer.touches = customer.touches.filter((touch) => touch.arrival !== arrival);
    if (customer.touches.length === 0) customer.createdTime = null;
    if (shownOf(customer) !== before) this.#events += 1;
    return 'done';
  }

  save(name: string, website: string | null, facts: string | null, time: number): Outcome {
    const id = this.#resolve(name);
    const isNew = !this.#customers.has(id);
    const customer = this.#customerNamed(id);
    customer.website = website;
    if (facts !== null) this.#touch(customer, facts, time);
    return isNew ? 'created' : 'replaced';
  }

  merge(id: string, targetName: string): Outcome {
    const duplicate = this.#customers.get(id);
    const targetId = this.#resolve(targetName);
    const target = this.#customers.get(targetId);
    if (duplicate === undefined || target === undefined) return 'not-found';
    if (duplicate === target) return 'invalid';
    const before = shownOf(target);
    target.touches = [...target.touches, ...duplicate.touches].toSorted(byTime);
    const times = [target.createdTime, duplicate.createdTime].filter((time) => time !== null);
    target.createdTime = times.length === 0 ? null : Math.min(...times);
    this.#customers.delete(id);
    this.#aliases.set(id, targetId);
    this.#events += shownOf(target) === before ? 1 : 2;
    return 'done';
  }

  #resolve(name: string): string {
    let id = name;
    for (let next = this.#aliases.get(id); next !== undefined; next = this.#aliases.get(id)) id = next;
    return id;
  }

  #customerNamed(id: string): ModelCustomer {
    const known = this.#customers.get(id);
    if (known !== undefined) return known;
    const customer = emptyCustomer();
    this.#customers.set(id, customer);
    this.#events += 1;
    return customer;
  }

  #touch(customer: ModelCustomer, facts: string, now: number): void {
    const latest = customer.touches.at(-1);
    if (latest?.facts === facts) return;
    const time = Math.max(now, latest?.time ?? now);
    this.#arrivals += 1;
    customer.touches.push({ time, arrival: this.#arrivals, facts });
    customer.createdTime ??= time;
    this.#events += 1;
  }
}

function emptyCustomer(): ModelCustomer {
  return { website: null, touches: [], createdTime: null };
}

function byTime(one: ModelTouch, other: ModelTouch): number {
  return one.time - other.time || one.arrival - other.arrival;
}

/** What a reader of the lead source can tell a change by. */
function shownOf({ touches, createdTime }: ModelCustomer): string {
  return JSON.stringify([touches[0], touches.at(-1), createdTime]);
}

function viewOf({ website, touches, createdTime }: ModelCustomer): ModelView {
  return { website, touches: [...touches], createdTime };
}
