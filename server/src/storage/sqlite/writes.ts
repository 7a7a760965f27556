import {
  type ChangeContext,
  type Customer,
  mergeCustomers,
  putLeadSource,
  removeLeadSource,
  saveCustomer,
} from '../../domain/customer.ts';
import { Failure, invalid } from '../../domain/failure.ts';
import type { WriteInput, Writes } from '../store.ts';
import type { Connection } from './connection.ts';
import { CustomerWriter } from './customer.ts';
import { EventWriter } from './event.ts';
import { Numbering } from './interning.ts';
import { createReaders } from './readers.ts';
import { settingWrites } from './setting-writes.ts';
import { TouchWriter } from './touch.ts';

/**
 * The writes, each to be run inside a transaction: what is there is read, the domain decides, the outcome is kept. A
 * `Failure` is thrown before anything of its write is kept. After a rollback, `forget` must be called.
 */
export function createWrites(connection: Connection): { writes: Writes; forget: () => void } {
  const readers = createReaders(connection);
  const numbering = new Numbering(connection);
  const events = new EventWriter(connection, numbering);
  const customers = new CustomerWriter(connection, new TouchWriter(connection, numbering), events);
  const writes: Writes = {
    ...customerWrites({ readers, numbering, customers }),
    ...settingWrites(connection, readers, numbering),
    pruneEvents({ organizationId, upToKey }) {
      events.prune(readers.interning.organization(organizationId), upToKey);
      return null;
    },
  };
  const forget = () => {
    numbering.forget();
    readers.interning.forget();
  };
  return { writes, forget };
}

interface CustomerRoom {
  readonly readers: ReturnType<typeof createReaders>;
  readonly numbering: Numbering;
  readonly customers: CustomerWriter;
}

type CustomerWrites = Pick<Writes, 'putLeadSource' | 'deleteLeadSource' | 'saveCustomer' | 'mergeCustomers'>;

function customerWrites({ readers, numbering, customers }: CustomerRoom): CustomerWrites {
  const { interning } = readers;
  const contextOf = (organization: number, input: { now: number; actor: string }): ChangeContext => ({
    now: input.now,
    actor: input.actor,
    touchKey: numbering.nextKey(organization, 'touch'),
  });
  /** The customer an id stands for, also through an alias. */
  const findForWrite = (
    organization: number,
    customerId: string,
  ): { id: string; customer: Customer | null } => {
    const direct = readers.customers.find(organization, customerId);
    if (direct !== null) return { id: customerId, customer: direct };
    const id = readers.customers.resolve(organization, customerId);
    return { id, customer: id === customerId ? null : readers.customers.find(organization, id) };
  };
  return {
    putLeadSource(input) {
      const organization = interning.organization(input.organizationId);
      const { id, customer } = findForWrite(organization, input.customerId);
      const context = contextOf(organization, input);
      const change = putLeadSource(customer, id, input.leadSource, input.precondition, context);
      customers.apply(organization, customer, change);
      return { customer: change.customer, created: customer === null || customer.leadSource === null };
    },
    deleteLeadSource(input) {
      const organization = interning.organization(input.organizationId);
      const customer = readers.customers.find(organization, input.customerId);
      customers.apply(organization, customer, removeLeadSource(customer, input.precondition, input.now));
      return null;
    },
    saveCustomer(input) {
      const organization = interning.organization(input.organizationId);
      const { id, customer } = findForWrite(organization, input.customerId);
      if (customer !== null && input.mustBeNew)
        throw new Failure('conflict', 'A customer with this id exists.');
      const context = contextOf(organization, input);
      const change = saveCustomer(customer, id, input.facts, input.leadSource, context);
      customers.apply(organization, customer, change);
      return { customer: change.customer, created: customer === null };
    },
    mergeCustomers(input) {
      const organization = interning.organization(input.organizationId);
      const duplicate = readers.customers.find(organization, input.customerId);
      const { customer: target } = findForWrite(organization, input.targetCustomerId);
      if (duplicate === null || target === null) throw new Failure('not-found', 'No such customer.');
      if (target.id === duplicate.id) throw invalid('targetCustomerId', 'must be another customer');
      customers.moveInto(organization, duplicate.id, target.id);
      customers.apply(organization, target, mergeCustomers(target, duplicate, input.now));
      return null;
    },
  };
}

/** Runs the write that a message from another thread names. */
export function runWrite(writes: Writes, kind: keyof Writes, input: WriteInput<keyof Writes>): unknown {
  // The message was typed where it was sent: kind and input belong together.
  const write = writes[kind] as (input: WriteInput<keyof Writes>) => unknown;
  return write(input);
}
