import type { Customer } from '../domain/customer.ts';
import { Failure } from '../domain/failure.ts';
import type { LeadSource } from '../domain/lead-source.ts';
import type { Precondition } from '../domain/precondition.ts';
import type { Principal } from '../domain/principal.ts';
import type { OperationContext } from './context.ts';
import type { Landings } from './landing.ts';

export type LeadSourceOperations = ReturnType<typeof createLeadSourceOperations>;

export function createLeadSourceOperations(
  { store, now }: OperationContext,
  landings: Pick<Landings, 'keeperOf'>,
) {
  return {
    /**
     * Sets the customer's most recent lead source; creates an unknown customer. Resolves once the write is durable. Fails with
     * `precondition-failed`.
     */
    async put(
      principal: Principal,
      customerId: string,
      leadSource: LeadSource,
      precondition: Precondition,
    ): Promise<{ customer: Customer; created: boolean }> {
      const organizationId = principal.organization.id;
      const { actor } = principal;
      const keep = await landings.keeperOf(organizationId);
      return await store.write('putLeadSource', {
        organizationId,
        customerId,
        leadSource: keep === null ? leadSource : keep(leadSource),
        precondition,
        actor,
        now: now(),
      });
    },

    /** The customer with its lead source. Fails with `not-found` where either is missing. */
    async get(principal: Principal, customerId: string): Promise<Customer> {
      const customer = await store.read.customer(principal.organization.id, customerId);
      if (customer === null || customer.leadSource === null)
        throw new Failure('not-found', 'No such lead source.');
      return customer;
    },

    /** Forgets every touch of the customer. Fails with `not-found`, `precondition-failed`. */
    async remove(principal: Principal, customerId: string, precondition: Precondition): Promise<void> {
      const organizationId = principal.organization.id;
      const { actor } = principal;
      await store.write('deleteLeadSource', { organizationId, customerId, precondition, actor, now: now() });
    },
  };
}
