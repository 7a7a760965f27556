import type { Collection, Page } from '../domain/collection.ts';
import { Failure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import type { Instant } from '../domain/time.ts';
import type { ListedLink } from '../domain/visitor.ts';
import type { OperationContext } from './context.ts';

export interface LinkRequest {
  readonly visitorId: string;
  /** Null for now. */
  readonly linkedTime: Instant | null;
}

export type VisitorOperations = ReturnType<typeof createVisitorOperations>;

export function createVisitorOperations({ store, now }: OperationContext) {
  return {
    /**
     * Links a visitor to a customer from a moment on; creates an unknown customer. Repeating a link changes nothing. Fails with
     * `invalid` for a moment ahead.
     */
    async link(
      { organization, actor }: Principal,
      customerId: string,
      { visitorId, linkedTime }: LinkRequest,
    ): Promise<ListedLink> {
      const asked = { customerId, visitorId, linkedTime, actor, now: now() };
      return (await store.write('linkVisitor', { organizationId: organization.id, ...asked })).link;
    },

    /** The customer's visitors, by the time of their link. Fails with `not-found` for an unknown customer. */
    async list({ organization }: Principal, customerId: string, page: Page): Promise<Collection<ListedLink>> {
      const links = await store.read.visitorLinks(organization.id, customerId, page);
      if (links === null) throw new Failure('not-found', 'No such customer.');
      return links;
    },

    /** Forgets a visitor and its touches. Fails with `not-found`, or `conflict` for one that is linked. */
    async erase({ organization, actor }: Principal, visitorId: string): Promise<void> {
      await store.write('eraseVisitor', { organizationId: organization.id, visitorId, actor, now: now() });
    },
  };
}
