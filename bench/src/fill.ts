import { currentEnvironment, readConfig } from '../../server/src/config.ts';
import { openStore } from '../../server/src/open-store.ts';
import { arrivalAt, arrivalCount } from './arrivals.ts';
import { makeOrganizations } from './organizations.ts';
import { organizationIdOf } from './traffic.ts';

// Called with the number of customers, of touches and of organizations, for the new database that DATABASE_URL names.
const writesAtOnce = 2048;
const writesPerPruning = 16 * writesAtOnce;

const [customers = 0, touches = 0, organizations = 0] = process.argv.slice(2).map(Number);
const plan = { customers, touches, organizations };
const count = arrivalCount(plan);

await using store = await openStore(readConfig(currentEnvironment()), 'server', (reason) => {
  throw new Error(reason);
});
await makeOrganizations(store, organizations);
for (let from = 0; from < count; from += writesAtOnce) {
  const places = Array.from({ length: Math.min(writesAtOnce, count - from) }, (_, place) => from + place);
  await Promise.all(places.map(write));
  if (from % writesPerPruning === 0) await prune();
}
await prune();

function write(place: number): Promise<unknown> {
  const { organization, customerId, leadSource, time } = arrivalAt(place, plan);
  return store.write('putLeadSource', {
    organizationId: organizationIdOf(organization),
    customerId,
    leadSource,
    precondition: {},
    actor: 'key_bench',
    now: time,
  });
}

/** Nobody is told of these. */
async function prune(): Promise<void> {
  const ids = Array.from({ length: organizations }, (_, organization) => organizationIdOf(organization));
  await Promise.all(
    ids.map((organizationId) => store.write('pruneEvents', { organizationId, upToKey: null })),
  );
}
