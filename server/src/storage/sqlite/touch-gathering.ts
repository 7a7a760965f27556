import type { Customer, CustomerChange } from '../../domain/customer.ts';
import type { Instant } from '../../domain/time.ts';
import type { NewTouch } from '../../domain/touch.ts';
import type { CustomerRoom, GivenTouch } from '../customer-room.ts';
import type { ImportedTouch } from '../ports/import.ts';
import type { CustomerWriter } from './customer.ts';
import type { EventWriter } from './event.ts';
import type { NamedOrganization } from './interning.ts';
import type { Readers } from './readers.ts';
import type { TouchWriter } from './touch.ts';

interface Parts {
  readonly readers: Readers;
  readonly touches: TouchWriter;
  readonly customers: CustomerWriter;
  readonly events: EventWriter;
}

/**
 * Touches that are added together: what they may need is read beforehand and what they leave is stored afterwards, each with
 * one statement for many. Each touch sees what those before it left.
 */
export class TouchGathering {
  /** The part of a room that works differently for them. */
  readonly room: Pick<CustomerRoom, 'find' | 'resolve' | 'findTouch' | 'apply'> = {
    find: (customerId) => this.#find(customerId),
    resolve: (customerId) => this.#aliases.get(customerId) ?? customerId,
    findTouch: (givenId) => this.#findTouch(givenId),
    apply: (_before, change) => this.#apply(change),
  };
  readonly #parts: Parts;
  readonly #organization: NamedOrganization;
  readonly #customers = new Map<string, Customer | null>();
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #given: Map<string, GivenTouch>;
  /** Whether two of them may have the same given id. */
  readonly #mayRepeat: boolean;
  /** Added touches by customer, in key order. */
  readonly #added = new Map<string, NewTouch[]>();

  constructor(parts: Parts, organization: NamedOrganization, told: readonly ImportedTouch[]) {
    const { number: organizationId } = organization;
    const { customers, touches } = parts.readers;
    this.#parts = parts;
    this.#organization = organization;
    const joining = earliestOf(told);
    const found = customers.findAll(organizationId, joining);
    const unknown = [...joining.keys()].filter((id, place) => {
      const customer = found[place] ?? null;
      this.#customers.set(id, customer);
      return customer === null;
    });
    this.#aliases = customers.resolveAll(organizationId, unknown);
    const givenIds = told.map(({ givenId }) => givenId).filter((id) => id !== null);
    this.#given = touches.findAllGiven(organizationId, givenIds);
    this.#mayRepeat = !isMonotonic(givenIds);
  }

  /** Call once, after the last touch. */
  keep(): void {
    const { touches, customers } = this.#parts;
    const { number: organizationId } = this.#organization;
    const added = [...this.#added].toSorted(([one], [other]) => (one < other ? -1 : 1));
    touches.addAll(organizationId, added);
    const changed = added.map(([customerId]) => this.#find(customerId));
    customers.keepAll(
      organizationId,
      changed.filter((customer) => customer !== null),
    );
  }

  #find(customerId: string): Customer | null {
    const known = this.#customers.get(customerId);
    if (known !== undefined) return known;
    // Only the target of a merge is looked up without being named.
    const found = this.#parts.readers.customers.find(this.#organization.number, customerId);
    this.#customers.set(customerId, found);
    return found;
  }

  /** Looking up a string in a map interns it first, which is wasted on an empty map. */
  #findTouch(givenId: string): GivenTouch | null {
    return this.#given.size === 0 ? null : (this.#given.get(givenId) ?? null);
  }

  #apply({ customer, effect, events }: CustomerChange): void {
    if (effect.kind !== 'adds') throw new Error('Touches are only added here.');
    this.#customers.set(customer.id, customer);
    const { added } = effect;
    const { touch, givenId } = added;
    const before = this.#added.get(customer.id);
    if (before === undefined) this.#added.set(customer.id, [added]);
    else before.push(added);
    if (givenId !== null && this.#mayRepeat) {
      this.#given.set(givenId, { customerId: customer.id, touch, isBeingUndone: false });
    }
    this.#parts.events.keep(this.#organization, events);
  }
}

/** The earliest touch of each customer. A touch without a time occurs now, later than nearly all stored ones. */
function earliestOf(told: readonly ImportedTouch[]): ReadonlyMap<string, Instant> {
  const earliest = new Map<string, Instant>();
  for (const { customerId, occurredTime } of told) {
    const time = occurredTime ?? Number.MAX_SAFE_INTEGER;
    const before = earliest.get(customerId);
    if (before === undefined || time < before) earliest.set(customerId, time);
  }
  return earliest;
}

/** Whether the ids only ascend or only descend, as in a file sorted by time. */
function isMonotonic(ids: readonly string[]): boolean {
  const [first, second] = ids;
  if (first === undefined || second === undefined) return true;
  const isAscending = first < second;
  return ids.every((id, place) => {
    const before = ids[place - 1];
    return before === undefined || (isAscending ? before < id : id < before);
  });
}
