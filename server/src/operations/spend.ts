import type { Collection } from '../domain/collection.ts';
import type { Principal } from '../domain/principal.ts';
import { type SpendEntry, type SpendQuery, spendDimensions } from '../domain/spend.ts';
import type { OperationContext } from './context.ts';

/** What was spent, as a caller states it. */
export type ToldSpend = Omit<SpendEntry, 'updatedTime'>;

export type SpendOperations = ReturnType<typeof createSpendOperations>;

export function createSpendOperations({ store, now }: Pick<OperationContext, 'store' | 'now'>) {
  return {
    /**
     * Stores each entry in place of the one with its day, dimensions and currency; among several in one call, the last counts.
     * Returns what is stored.
     */
    async put({ organization }: Principal, told: readonly ToldSpend[]): Promise<readonly SpendEntry[]> {
      const updatedTime = now();
      const byPlace = new Map(told.map((each) => [placeOf(each), { ...each, updatedTime }]));
      const entries = [...byPlace.values()];
      await store.write('putSpend', { organizationId: organization.id, entries });
      return entries;
    },

    list({ organization }: Principal, query: SpendQuery): Promise<Collection<SpendEntry>> {
      return store.read.spend(organization.id, query);
    },
  };
}

function placeOf(told: ToldSpend): string {
  return JSON.stringify([told.day, told.currency, ...spendDimensions.map((dimension) => told[dimension])]);
}
