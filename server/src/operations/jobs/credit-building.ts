import { buildingJob } from '../../storage/store.ts';
import type { OperationContext } from '../context.ts';
import type { JobType } from '../job.ts';

/** Few enough that others can write in between. */
const usualConversionsAtOnce = 1000;
const rowsAtOnce = 2000;

/** Builds credits by changed settings, step by step, from where it was left. */
export function createCreditBuilding(
  { store, now }: Pick<OperationContext, 'store' | 'now'>,
  conversionsAtOnce = usualConversionsAtOnce,
): JobType {
  return {
    type: buildingJob,
    // Reports use the old credits until it is done.
    isAwaited: true,
    async run({ organizationId, jobId, isStopped, keep }) {
      while (!isStopped()) {
        const asked = { organizationId, jobId, conversions: conversionsAtOnce, now: now() };
        const { isFinished } = await store.write('buildCredits', asked);
        if (isFinished) break;
        await keep();
      }
      return null;
    },
  };
}

/** Drops, step by step, the credits by settings that are out of force. */
export async function dropOldCredits(
  { store }: Pick<OperationContext, 'store'>,
  organizationId: string,
  ending: AbortSignal,
): Promise<void> {
  const versions = await store.read.creditVersions(organizationId);
  let isLeft = versions.some(({ state }) => state === 'dropping');
  while (isLeft && !ending.aborted) {
    ({ isLeft } = await store.write('dropCredits', { organizationId, rows: rowsAtOnce }));
  }
}
