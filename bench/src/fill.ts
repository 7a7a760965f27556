import { randomBytes } from 'node:crypto';
import { createOrganizationOperations } from '../../server/src/operations/organization.ts';
import { openSqliteStore } from '../../server/src/storage/sqlite/store.ts';
import { arrivalOf, customerIdOf, leadSourceOf, organizationId, secretKey } from './traffic.ts';

// Called with the path of a new file, the number of customers, and how many touches each has: first all customers come
// one after the other, then all of them again in another order, as often as wanted.
const writesAtOnce = 2048;
/** A prime, so that steps of this size meet every customer before they meet one again. */
const stride = 15_485_863;

const [, , path = '', customerCount = '', touchesPerCustomer = ''] = process.argv;
const customers = Number(customerCount);
const touches = customers * Number(touchesPerCustomer);

await using store = await openSqliteStore({
  path,
  role: 'server',
  onFatal: (reason) => {
    throw new Error(reason);
  },
});
const now = () => arrivalOf(0);
await createOrganizationOperations({ store, now, random: (count) => randomBytes(count) }).initialize(
  organizationId,
  secretKey,
);
for (let from = 0; from < touches; from += writesAtOnce) {
  const arrivals = Array.from({ length: Math.min(writesAtOnce, touches - from) }, (_, place) => from + place);
  await Promise.all(arrivals.map(write));
  await store.write('pruneEvents', { organizationId, upToKey: null });
}

function write(arrival: number): Promise<unknown> {
  const customer = arrival < customers ? arrival : (arrival * stride) % customers;
  return store.write('putLeadSource', {
    organizationId,
    customerId: customerIdOf(customer),
    leadSource: leadSourceOf(arrival),
    precondition: {},
    actor: 'key_bench',
    now: arrivalOf(arrival),
  });
}
