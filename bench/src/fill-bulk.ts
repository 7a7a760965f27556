import { Client } from 'pg';
import { readConfig } from '../../server/src/config.ts';
import { openStore } from '../../server/src/open-store.ts';
import { makeOrganizations } from './organizations.ts';
import { fillInBulk } from './postgres/bulk.ts';
import { organizationIdOf } from './traffic.ts';

// Called with the numbers of customers, touches and organizations, and two URLs of a new PostgreSQL database: for the service's
// role, and for a superuser.
const [customers = 0, touches = 0, organizations = 0] = process.argv.slice(2, 5).map(Number);
const [url = '', superuserUrl = ''] = process.argv.slice(5);

{
  await using store = await openStore(readConfig({ DATABASE_URL: url }), 'server', (reason) => {
    throw new Error(reason);
  });
  await makeOrganizations(store, organizations);
}
const client = new Client({ connectionString: superuserUrl });
await client.connect();
const { rows } = await client.query('SELECT public_id, organization_id FROM organizations');
const numbers = new Map<string, number>(rows.map((row) => [row.public_id, Number(row.organization_id)]));
const ordered = Array.from(
  { length: organizations },
  (_, place) => numbers.get(organizationIdOf(place)) ?? 0,
);
await fillInBulk(client, { customers, touches, organizations }, ordered);
await client.end();
