import type { Store } from '../../server/src/storage/store.ts';
import { arrivalAt, arrivalCount, type FillPlan } from './arrivals.ts';
import { organizationIdOf } from './traffic.ts';

/** Who recorded all that a database is filled with. */
export const fillActor = 'key_bench';

const writesAtOnce = 1024;
/** About what a service has to tell between two looks; the pages of pruned events stay in the file, for the next ones. */
const writesPerPruning = 8 * writesAtOnce;

/** Writes the arrivals of a plan one after the other, for organizations that exist. Their events are pruned. */
export async function fillThroughPort(store: Store, plan: FillPlan): Promise<void> {
  const count = arrivalCount(plan);
  for (let from = 0; from < count; from += writesAtOnce) {
    const places = Array.from({ length: Math.min(writesAtOnce, count - from) }, (_, place) => from + place);
    await Promise.all(places.map((place) => write(store, plan, place)));
    if (from % writesPerPruning === 0) await prune(store, plan);
  }
  await prune(store, plan);
}

function write(store: Store, plan: FillPlan, place: number): Promise<unknown> {
  const { organization, customerId, leadSource, time } = arrivalAt(place, plan);
  return store.write('putLeadSource', {
    organizationId: organizationIdOf(organization),
    customerId,
    leadSource,
    precondition: {},
    actor: fillActor,
    now: time,
  });
}

/** Nobody is told of them. */
async function prune(store: Store, { organizations }: FillPlan): Promise<void> {
  const ids = Array.from({ length: organizations }, (_, organization) => organizationIdOf(organization));
  await Promise.all(
    ids.map((organizationId) => store.write('pruneEvents', { organizationId, upToKey: null })),
  );
}
