import type { Store } from '../../server/src/storage/store.ts';
import { arrivalAt, arrivalCount, type FillPlan } from './arrivals.ts';
import { organizationIdOf } from './traffic.ts';

/** The actor of everything that a database is filled with. */
export const fillActor = 'key_bench';

/**
 * Few enough that a busy machine completes them within the time that a write may wait, even if each is of another organization.
 */
const writesAtOnce = 256;

/** Writes the arrivals of a plan in order, for organizations that exist. */
export async function fillThroughPort(store: Store, plan: FillPlan): Promise<void> {
  const count = arrivalCount(plan);
  for (let from = 0; from < count; from += writesAtOnce) {
    const places = Array.from({ length: Math.min(writesAtOnce, count - from) }, (_, place) => from + place);
    await Promise.all(places.map((place) => write(store, plan, place)));
  }
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
