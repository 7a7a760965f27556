import type { Customer, CustomerChange } from '../../domain/customer.ts';
import type { DomainEvent } from '../../domain/event.ts';
import type { Touch, TouchKey } from '../../domain/touch.ts';
import type { CustomerRoom } from '../customer-writes.ts';
import type { Numbers } from './turn.ts';

export interface PlacedNewTouch {
  customerId: string;
  readonly touch: Touch;
}

/**
 * The customers that the writes of a batch name, in memory: each write sees what those before it left. At the end it
 * tells what differs from the database, whatever way led there.
 */
export class WorkingSet implements CustomerRoom {
  readonly #customers: Map<string, Customer>;
  readonly #aliases: Map<string, string>;
  readonly #stored: ReadonlySet<string>;
  readonly #changed = new Set<string>();
  /** Whose the touches in the database are now, by whose they were; null: nobody's. */
  readonly #owners: Map<string, string | null>;
  readonly #merged = new Set<string>();
  readonly #numbers: Numbers;
  #newTouches: PlacedNewTouch[] = [];
  readonly events: DomainEvent[] = [];

  constructor(customers: readonly Customer[], aliases: ReadonlyMap<string, string>, numbers: Numbers) {
    this.#customers = new Map(customers.map((customer) => [customer.id, customer]));
    this.#aliases = new Map(aliases);
    this.#stored = new Set(this.#customers.keys());
    this.#owners = new Map(customers.map(({ id }) => [id, id]));
    this.#numbers = numbers;
  }

  find(customerId: string): Customer | null {
    return this.#customers.get(customerId) ?? null;
  }

  resolve(customerId: string): string {
    return this.#aliases.get(customerId) ?? customerId;
  }

  nextTouchKey(): TouchKey {
    return this.#numbers.next('touch');
  }

  apply(before: Customer | null, { customer, added, removesTouches, events }: CustomerChange): void {
    if (customer === before) return;
    if (removesTouches) this.#removeTouches(customer.id);
    if (added !== null) this.#newTouches.push({ customerId: customer.id, touch: added });
    this.#customers.set(customer.id, customer);
    this.#changed.add(customer.id);
    this.events.push(...events);
  }

  moveInto(customerId: string, targetCustomerId: string): void {
    this.#customers.delete(customerId);
    for (const [stored, owner] of this.#owners) {
      if (owner === customerId) this.#owners.set(stored, targetCustomerId);
    }
    for (const placed of this.#newTouches) {
      if (placed.customerId === customerId) placed.customerId = targetCustomerId;
    }
    for (const [alias, target] of this.#aliases) {
      if (target === customerId) this.#aliases.set(alias, targetCustomerId);
    }
    this.#aliases.set(customerId, targetCustomerId);
    this.#merged.add(customerId);
  }

  get newTouches(): readonly PlacedNewTouch[] {
    return this.#newTouches;
  }

  /** Customers whose stored touches are to go. */
  get removedTouches(): readonly string[] {
    return [...this.#owners].filter(([, owner]) => owner === null).map(([stored]) => stored);
  }

  /** From whom to whom stored touches move, all at once. */
  get movedTouches(): readonly (readonly [from: string, to: string])[] {
    return [...this.#owners].filter(
      (move): move is [string, string] => move[1] !== null && move[0] !== move[1],
    );
  }

  /** Ids that now stand for others, and for whom. What stood for the id stands for the other too. */
  get newAliases(): readonly (readonly [alias: string, customerId: string])[] {
    return Array.from(this.#merged, (alias) => [alias, this.resolve(alias)] as const);
  }

  get removedCustomers(): readonly string[] {
    return [...this.#merged].filter((id) => this.#stored.has(id));
  }

  get addedCustomers(): readonly Customer[] {
    return this.#changedCustomers().filter(({ id }) => !this.#stored.has(id));
  }

  get updatedCustomers(): readonly Customer[] {
    return this.#changedCustomers().filter(({ id }) => this.#stored.has(id));
  }

  #changedCustomers(): Customer[] {
    return Array.from(this.#changed, (id) => this.find(id)).filter((customer) => customer !== null);
  }

  #removeTouches(customerId: string): void {
    this.#newTouches = this.#newTouches.filter((placed) => placed.customerId !== customerId);
    for (const [stored, owner] of this.#owners) {
      if (owner === customerId) this.#owners.set(stored, null);
    }
  }
}
