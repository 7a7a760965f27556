import { type ModelConversion, ModelMoney } from './model-money.ts';
import type { ModelTouch } from './model-touch.ts';
import { ModelVisitors } from './model-visitors.ts';

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
  | 'precondition-failed'
  | 'recorded'
  | 'duplicate';

/** What can be seen of a customer. */
export interface ModelView {
  readonly website: string | null;
  /** `arrival` grows from touch to touch over all customers. */
  readonly touches: readonly ModelTouch[];
  readonly createdTime: number | null;
}

/**
 * What a list of customers is, said once more and as plainly as possible: lists of touches, nothing remembered that
 * can be counted. It shares no code with the service.
 */
export class Model {
  readonly #customers: Map<string, ModelCustomer>;
  readonly #aliases: Map<string, string>;
  readonly #visitors: ModelVisitors;
  readonly #money: ModelMoney;
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
    this.#visitors = new ModelVisitors(from?.visitors);
    this.#money = new ModelMoney(from?.money);
    this.#arrivals = from?.arrivals ?? 0;
    this.#addedBefore = from?.added ?? [];
    this.#added = [...this.#addedBefore];
    this.#events = from?.events ?? 0;
  }

  get arrivals(): number {
    return this.#arrivals;
  }

  get visitors(): ModelVisitors {
    return this.#visitors;
  }

  get money(): ModelMoney {
    return this.#money;
  }

  get conversions(): readonly ModelConversion[] {
    return this.#money.conversions;
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

  /** All that it holds, what nobody sees included. */
  get whole(): string {
    const visitors = [...this.#visitors.all(), ...this.#visitors.captured()];
    return JSON.stringify([[...this.#customers], [...this.#aliases], visitors, this.#added]);
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
    const latest = customer.touches.at(-1)?.time ?? now;
    // As of now, it is behind what is there, unless that is farther ahead than clocks differ.
    const isBehind = time >= now && latest <= now + 60_000;
    const touch = { ...this.#arriving(facts, time, now), ...(isBehind && { time: Math.max(now, latest) }) };
    this.#added.push(touch.arrival);
    this.#join(customer, [touch], now);
    return 'created';
  }

  capture(visitor: string, facts: string, time: number, now: number): Outcome {
    const touch = this.#arriving(facts, time, now);
    if (!this.#visitors.hit(visitor, touch)) return 'duplicate';
    const name = this.#visitors.nameAt(visitor, touch.time);
    if (name !== null) this.#join(this.#customerNamed(this.#resolve(name)), [touch], now);
    else this.#visitors.named(visitor).nobodys = [...this.#visitors.named(visitor).nobodys, touch];
    return 'recorded';
  }

  /** Answers how many touches of the visitor are the customer's. */
  link(name: string, visitor: string, linkedTime: number | null, now: number): string {
    const id = this.#resolve(name);
    const time = Math.min(linkedTime ?? now, now);
    const since = this.#visitors.nameSince(visitor, time);
    const isKnown = linkedTime === null && since !== null && this.#resolve(since) === id;
    if (!isKnown && this.#visitors.link(visitor, { time, name })) {
      this.#gather(this.#customerNamed(id), id, visitor, now);
    }
    const touches = this.#customers.get(id)?.touches ?? [];
    return `${touches.filter((touch) => this.#visitors.isOf(touch, visitor)).length} touches`;
  }

  convert(name: string, conversion: string, amount: number): Outcome {
    const customer = this.#resolve(name);
    const known = this.#money.find(conversion);
    if (known !== null)
      return known.customer === customer && known.amount === amount ? 'replaced' : 'conflict';
    this.#customerNamed(customer);
    this.#money.record({ name: conversion, customer, amount, refunded: 0 });
    return 'created';
  }

  refund(conversion: string, amount: number | null): Outcome {
    return this.#money.refund(conversion, amount);
  }

  undo(id: string, number: number): Outcome {
    const customer = this.#customers.get(id);
    const arrival = this.#addedBefore[number % this.#addedBefore.length];
    if (customer === undefined || !customer.touches.some((touch) => touch.arrival === arrival)) {
      return 'not-found';
    }
    this.#without(customer, (touch) => touch.arrival === arrival);
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
    this.#money.move(id, targetId);
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

  #arriving(facts: string, time: number, now: number): ModelTouch {
    this.#arrivals += 1;
    return { time: Math.min(time, now), arrival: this.#arrivals, facts };
  }

  #join(customer: ModelCustomer, touches: readonly ModelTouch[], now: number): void {
    const before = shownOf(customer);
    customer.touches = [...customer.touches, ...touches].toSorted(byTime);
    if (customer.touches.length > 0) customer.createdTime ??= now;
    if (shownOf(customer) !== before) this.#events += 1;
  }

  /** Brings to a customer whatever touches of a visitor are its by the links, and are not yet. */
  #gather(customer: ModelCustomer, id: string, visitor: string, now: number): void {
    const isDue = (touch: ModelTouch) =>
      this.#visitors.isOf(touch, visitor) &&
      this.#resolve(this.#visitors.nameAt(visitor, touch.time) ?? id) === id;
    const seen = this.#visitors.named(visitor);
    const gathered = seen.nobodys.filter(isDue);
    seen.nobodys = seen.nobodys.filter((touch) => !isDue(touch));
    for (const other of this.#customers.values()) {
      const given = other === customer ? [] : other.touches.filter(isDue);
      if (given.length === 0) continue;
      gathered.push(...given);
      this.#without(other, (touch) => given.includes(touch));
    }
    this.#join(customer, gathered, now);
  }

  #without(customer: ModelCustomer, goes: (touch: ModelTouch) => boolean): void {
    const before = shownOf(customer);
    customer.touches = customer.touches.filter((touch) => !goes(touch));
    if (customer.touches.length === 0) customer.createdTime = null;
    if (shownOf(customer) !== before) this.#events += 1;
  }

  #touch(customer: ModelCustomer, facts: string, now: number): void {
    const latest = customer.touches.at(-1);
    // One that was captured has the page, too.
    if (latest?.facts === facts && !this.#visitors.isCaptured(latest)) return;
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
