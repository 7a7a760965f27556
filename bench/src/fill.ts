import { currentEnvironment, readConfig } from '../../server/src/config.ts';
import { openStore } from '../../server/src/open-store.ts';
import { fillThroughPort } from './fill-through-port.ts';
import { makeOrganizations } from './organizations.ts';

// Called with the numbers of customers, touches and organizations, for the new database that DATABASE_URL names.
const [customers = 0, touches = 0, organizations = 0] = process.argv.slice(2).map(Number);

await using store = await openStore(readConfig(currentEnvironment()), 'server', (reason) => {
  throw new Error(reason);
});
await makeOrganizations(store, organizations);
await fillThroughPort(store, { customers, touches, organizations });
