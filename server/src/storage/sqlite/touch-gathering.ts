import type { Customer, CustomerChange } from '../../domain/customer.ts';
import { takesAway } from '../../domain/customer.ts';
import type { CustomerRoom, OwnedTouch } from '../customer-room.ts';
import type { ImportedTouch } from '../ports/import.ts';
import type { CustomerWriter } from './customer.ts';
import type { EventWriter } from './event.ts';
import type { NamedOrganization } from './interning.ts';
import type { Readers } from './readers.ts';
import type { OwnedNewTouch, TouchWriter } from './touch.ts';

interface Parts {
  readonly readers: Readers;
  readonly touches: TouchWriter;
  readonly customers: CustomerWriter;
  readonly events: EventWriter;
}

/**
 * Touches that are added together: what any of them may ask for is found beforehand, and what they leave is kept behind
 * them, with a statement for many of either. Each sees what those before it left.
 */
export class TouchGathering {
  /** What of a room is otherwise for them. */
  readonly room: Pick<CustomerRoom, 'find' | 'resolve' | 'findTouch' | 'apply'> = {
    find: (customerId) => this.#find(customerId),
    resolve: (customerId) => this.#aliases.get(customerId) ?? customerId,
    findTouch: (givenId) => this.#given.get(givenId) ?? null,
    apply: (_before, change) => this.#apply(change),
  };
  readonly #parts: Parts;
  readonly #organization: NamedOrganization;
  readonly #customers: Map<string, Customer | null>;
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #given: Map<string, OwnedTouch>;
  readonly #changed = new Set<string>();
  readonly #added: OwnedNewTouch[] = [];

  constructor(parts: Parts, organization: NamedOrganization, told: readonly ImportedTouch[]) {
    const { number: organizationId } = organization;
    const { customers, touches } = parts.readers;
    const named = [...new Set(told.map(({ customerId }) => customerId))];
    this.#parts = parts;
    this.#organization = organization;
    this.#customers = customers.findAll(organizationId, named);
    const unknown = named.filter((id) => this.#customers.get(id) === undefined);
    this.#aliases = customers.resolveAll(organizationId, unknown);
    for (const id of unknown) this.#customers.set(id, null);
    const givenIds = told.map(({ givenId }) => givenId).filter((id) => id !== null);
    this.#given = touches.findAllGiven(organizationId, givenIds);
  }

  /** To be called once, behind the last of them. */
  keep(): void {
    const { touches, customers } = this.#parts;
    touches.addAll(this.#organization.number, this.#added);
    const changed = [...this.#changed].toSorted().map((id) => this.#find(id));
    customers.keepAll(
      this.#organization.number,
      changed.filter((customer) => customer !== null),
    );
  }

  #find(customerId: string): Customer | null {
    const known = this.#customers.get(customerId);
    if (known !== undefined) return known;
    // Only who has another's touches since a merge is not named himself.
    const found = this.#parts.readers.customers.find(this.#organization.number, customerId);
    this.#customers.set(customerId, found);
    return found;
  }

  #apply(change: CustomerChange): void {
    const { customer, added: touch, givenId = null, clickIdKind = null, importKey = null } = change;
    if (touch === null || takesAway(change)) throw new Error('Touches that are added take nothing away.');
    this.#customers.set(customer.id, customer);
    this.#changed.add(customer.id);
    this.#added.push({ customerId: customer.id, touch: { touch, givenId, clickIdKind, importKey } });
    if (givenId !== null) this.#given.set(givenId, { customerId: customer.id, touch });
    this.#parts.events.keep(this.#organization, change.events);
  }
}
