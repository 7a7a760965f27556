import {
  type Customer,
  type CustomerChange,
  mergeCustomers,
  putLeadSource,
  removeLeadSource,
  saveCustomer,
} from '../domain/customer.ts';
import type { TouchKey } from '../domain/touch.ts';
import type { WriteInput, WriteKind, Writes } from './store.ts';

/** The customers of an organization as a write finds and leaves them. Writes after it see what it left. */
export interface CustomerRoom {
  find(customerId: string): Customer | null;
  /** The id itself, or the customer it stands for since a merge. */
  resolve(customerId: string): string;
  /** A key above those of all touches before. */
  nextTouchKey(): TouchKey;
  /** Keeps a change; `before` is the customer it was decided upon. */
  apply(before: Customer | null, change: CustomerChange): void;
  /** Gives all that belongs to a customer to another, and lets the old id stand for the new one. */
  moveInto(customerId: string, targetCustomerId: string): void;
}

export const customerWriteKinds = [
  'putLeadSource',
  'deleteLeadSource',
  'saveCustomer',
  'mergeCustomers',
] as const;

export type CustomerWriteKind = (typeof customerWriteKinds)[number];
export type CustomerWrites = Pick<Writes, CustomerWriteKind>;

const kindsOnCustomers: ReadonlySet<WriteKind> = new Set(customerWriteKinds);

/** The organizations on whose customers these writes are. No other write leaves an event. */
export function organizationsOfCustomers(
  writes: readonly { readonly kind: WriteKind; readonly input: WriteInput<WriteKind> }[],
): readonly string[] {
  const organizationIds = new Set<string>();
  for (const { kind, input } of writes) {
    if (kindsOnCustomers.has(kind) && 'organizationId' in input) organizationIds.add(input.organizationId);
  }
  return [...organizationIds];
}

/**
 * The writes on customers, alike on every engine: what is there is found, the domain decides, the outcome is kept. A
 * `Failure` is thrown before anything of its write is kept. `roomOf` fails with `not-found`.
 */
export function createCustomerWrites(roomOf: (organizationId: string) => CustomerRoom): CustomerWrites {
  return {
    putLeadSource(input) {
      const room = roomOf(input.organizationId);
      const { id, customer } = findForWrite(room, input.customerId);
      const context = { now: input.now, actor: input.actor, touchKey: room.nextTouchKey() };
      const change = putLeadSource(customer, id, input.leadSource, input.precondition, context);
      room.apply(customer, change);
      return { customer: change.customer, created: customer === null || customer.leadSource === null };
    },
    deleteLeadSource(input) {
      const room = roomOf(input.organizationId);
      const customer = room.find(input.customerId);
      room.apply(customer, removeLeadSource(customer, input.precondition, input.now));
      return null;
    },
    saveCustomer(input) {
      const room = roomOf(input.organizationId);
      const { id, customer } = findForWrite(room, input.customerId);
      const context = { now: input.now, actor: input.actor, touchKey: room.nextTouchKey() };
      const change = saveCustomer(customer, id, input, context);
      room.apply(customer, change);
      return { customer: change.customer, created: customer === null };
    },
    mergeCustomers(input) {
      const room = roomOf(input.organizationId);
      const duplicate = room.find(input.customerId);
      const { customer: target } = findForWrite(room, input.targetCustomerId);
      const change = mergeCustomers(target, duplicate, input.now);
      room.moveInto(input.customerId, change.customer.id);
      room.apply(target, change);
      return null;
    },
  };
}

/** The customer an id stands for, also through an alias. */
function findForWrite(room: CustomerRoom, customerId: string): { id: string; customer: Customer | null } {
  const direct = room.find(customerId);
  if (direct !== null) return { id: customerId, customer: direct };
  const id = room.resolve(customerId);
  return { id, customer: id === customerId ? null : room.find(id) };
}
