import type { Collection } from '../domain/collection.ts';
import type { Customer, CustomerFacts } from '../domain/customer.ts';
import type { CustomerQuery } from '../domain/customer-query.ts';
import { Failure } from '../domain/failure.ts';
import type { Once } from '../domain/idempotency.ts';
import { ulid } from '../domain/identifier.ts';
import type { LeadSource } from '../domain/lead-source.ts';
import { grants } from '../domain/permission.ts';
import type { Principal } from '../domain/principal.ts';
import type { OperationContext } from './context.ts';
import type { Landings } from './landing.ts';

/** What a caller writes of a customer; a lead source of null leaves the current one. */
export interface CustomerWriteRequest {
  readonly facts: CustomerFacts;
  readonly leadSource: LeadSource | null;
}

export type CustomerOperations = ReturnType<typeof createCustomerOperations>;

export function createCustomerOperations(
  { store, now, random }: OperationContext,
  landings: Pick<Landings, 'keeperOf'>,
) {
  const save = async (
    principal: Principal,
    customerId: string,
    request: CustomerWriteRequest,
    manner: { readonly mustBeNew: boolean; readonly once?: Once | undefined },
  ) => {
    if (request.leadSource !== null && !grants(principal.permissions, 'lead-sources:write')) {
      throw new Failure('forbidden', 'Writing a lead source takes the permission lead-sources:write.');
    }
    const organizationId = principal.organization.id;
    const { actor } = principal;
    const { leadSource } = request;
    const keep = leadSource === null ? null : await landings.keeperOf(organizationId);
    return await store.write('saveCustomer', {
      organizationId,
      customerId,
      ...request,
      leadSource: keep === null || leadSource === null ? leadSource : keep(leadSource),
      ...manner,
      actor,
      now: now(),
    });
  };
  return {
    /** Creates a customer, under a generated id where none is given. Fails with `conflict` for an id that is taken. */
    async create(
      principal: Principal,
      customerId: string | null,
      request: CustomerWriteRequest,
      once?: Once,
    ): Promise<Customer> {
      const id = customerId ?? `cus_${ulid(now(), random(16))}`;
      const { customer } = await save(principal, id, request, { mustBeNew: true, once });
      return customer;
    },

    /** Writes a whole customer, creating an unknown one. */
    async put(
      principal: Principal,
      customerId: string,
      request: CustomerWriteRequest,
    ): Promise<{ customer: Customer; created: boolean }> {
      return await save(principal, customerId, request, { mustBeNew: false });
    },

    /** Fails with `not-found`, also for an id that became an alias. */
    async get(principal: Principal, customerId: string): Promise<Customer> {
      const customer = await store.read.customer(principal.organization.id, customerId);
      if (customer === null) throw new Failure('not-found', 'No such customer.');
      return customer;
    },

    list(principal: Principal, query: CustomerQuery): Promise<Collection<Customer>> {
      return store.read.customers(principal.organization.id, query);
    },

    /** Merges a duplicate into its target; its id leads to the target from then on. Fails with `not-found`, `invalid`. */
    async merge(principal: Principal, customerId: string, targetCustomerId: string): Promise<void> {
      const organizationId = principal.organization.id;
      const { actor } = principal;
      await store.write('mergeCustomers', {
        organizationId,
        customerId,
        targetCustomerId,
        actor,
        now: now(),
      });
    },
  };
}
