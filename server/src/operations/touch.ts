import type { Collection, Page } from '../domain/collection.ts';
import { Failure } from '../domain/failure.ts';
import type { Once } from '../domain/idempotency.ts';
import type { GivenFacts } from '../domain/lead-source.ts';
import type { Principal } from '../domain/principal.ts';
import type { Instant } from '../domain/time.ts';
import type { PlacedTouch } from '../domain/touch.ts';
import type { AddedTouch } from '../storage/store.ts';
import type { OperationContext } from './context.ts';

/** A touch as a caller tells it. */
export interface TouchRequest {
  /** Null where one is to be generated. */
  readonly id: string | null;
  /** Null for now. */
  readonly occurredTime: Instant | null;
  readonly facts: GivenFacts;
}

export type TouchOperations = ReturnType<typeof createTouchOperations>;

export function createTouchOperations({ store, now }: OperationContext) {
  return {
    /** Every touch of the customer, oldest first. Fails with `not-found` for an unknown customer. */
    async list(principal: Principal, customerId: string, page: Page): Promise<Collection<PlacedTouch>> {
      const touches = await store.read.touches(principal.organization.id, customerId, page);
      if (touches === null) throw new Failure('not-found', 'No such customer.');
      return touches;
    },

    /**
     * Adds a touch at its moment, whatever there is already; an unknown customer is created by it. One that is told again
     * under its id is not added again. Fails with `conflict` for an id that is another's, `invalid` for a moment ahead.
     */
    add(principal: Principal, customerId: string, request: TouchRequest, once?: Once): Promise<AddedTouch> {
      const { id: givenId, occurredTime, facts: given } = request;
      const told = { givenId, given, occurredTime, origin: 'api', announces: true } as const;
      const { organization, actor } = principal;
      const organizationId = organization.id;
      return store.write('addTouch', { organizationId, customerId, ...told, once, actor, now: now() });
    },

    /** Adds a touch of an import, which tells others only where it `announces`. Fails like `add`. */
    import(
      principal: Principal,
      customerId: string,
      request: TouchRequest,
      announces: boolean,
    ): Promise<AddedTouch> {
      const { id: givenId, occurredTime, facts: given } = request;
      const told = { givenId, given, occurredTime, origin: 'import', announces } as const;
      const { organization, actor } = principal;
      const organizationId = organization.id;
      return store.write('addTouch', { organizationId, customerId, ...told, actor, now: now() });
    },

    /** Undoes one touch, as if it had never been told. Fails with `not-found`. */
    async remove(principal: Principal, customerId: string, touchId: string): Promise<void> {
      const { organization, actor } = principal;
      const organizationId = organization.id;
      await store.write('removeTouch', { organizationId, customerId, touchId, actor, now: now() });
    },
  };
}
