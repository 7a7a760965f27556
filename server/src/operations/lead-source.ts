import { channelTupleOf } from '../domain/channel.ts';
import type { Collection, Page } from '../domain/collection.ts';
import type { Customer } from '../domain/customer.ts';
import { Failure } from '../domain/failure.ts';
import type { LeadSource } from '../domain/lead-source.ts';
import type { Precondition } from '../domain/precondition.ts';
import type { Principal } from '../domain/principal.ts';
import type { PlacedTouch } from '../storage/store.ts';
import type { Channels } from './channel.ts';
import type { OperationContext } from './context.ts';

/** A touch with its channel by the rules in force. */
export interface ChanneledTouch extends PlacedTouch {
  readonly channel: string;
}

export type LeadSourceOperations = ReturnType<typeof createLeadSourceOperations>;

export function createLeadSourceOperations({ store, now }: OperationContext, channels: Channels) {
  return {
    /**
     * Sets the customer's most recent lead source; an unknown customer is created by it. Answers once it is durable.
     * Fails with `precondition-failed`.
     */
    put(
      principal: Principal,
      customerId: string,
      leadSource: LeadSource,
      precondition: Precondition,
    ): Promise<{ customer: Customer; created: boolean }> {
      const organizationId = principal.organization.id;
      const { actor } = principal;
      return store.write('putLeadSource', {
        organizationId,
        customerId,
        leadSource,
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

    /** Every touch of the customer, oldest first. Fails with `not-found` for an unknown customer. */
    async history(
      { organization }: Principal,
      customerId: string,
      page: Page,
    ): Promise<Collection<ChanneledTouch>> {
      const [touches, { channelOf }] = await Promise.all([
        store.read.touches(organization.id, customerId, page),
        channels.of(organization.id),
      ]);
      if (touches === null) throw new Failure('not-found', 'No such customer.');
      const items = touches.items.map((placed) => {
        const tuple = channelTupleOf(placed.touch.leadSource, placed.clickIdKind);
        return { ...placed, channel: channelOf(tuple) };
      });
      return { items, total: touches.total };
    },
  };
}
