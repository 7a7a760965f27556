import type { Collection, Page } from '../domain/collection.ts';
import { Failure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import type { OperationContext } from './context.ts';

export type TimelineOperations = ReturnType<typeof createTimelineOperations>;

export function createTimelineOperations({ store }: Pick<OperationContext, 'store'>) {
  return {
    /** What happened to a customer, newest first. Fails with `not-found` for an unknown customer. */
    async list(principal: Principal, customerId: string, page: Page): Promise<Collection<TimelineEntry>> {
      const timeline = await store.read.timeline(principal.organization.id, customerId, page);
      if (timeline === null) throw new Failure('not-found', 'No such customer.');
      return timeline;
    },
  };
}
