import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgresStore } from '../../server/src/storage/postgres/store.ts';
import type { Store } from '../../server/src/storage/store.ts';
import { type FreshDatabase, freshDatabase } from '../../server/test/support/postgres.ts';
import { arrivalAt, arrivalCount } from '../src/arrivals.ts';
import { fillThroughPort } from '../src/fill-through-port.ts';
import { makeOrganizations } from '../src/organizations.ts';
import { fillInBulk } from '../src/postgres/bulk.ts';
import { organizationIdOf } from '../src/traffic.ts';

const plan = { customers: 300, touches: 1_000, organizations: 3 };

interface Place {
  readonly database: FreshDatabase;
  readonly store: Store;
}

let port: Place;
let bulk: Place;

async function open(): Promise<Place> {
  const database = await freshDatabase();
  const store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
  await makeOrganizations(store, plan.organizations);
  return { database, store };
}

beforeAll(async () => {
  [port, bulk] = [await open(), await open()];
  await fillThroughPort(port.store, plan);
  const rows = await bulk.database.run('SELECT public_id, organization_id FROM organizations');
  const numbers = new Map(rows.map((row) => [row['public_id'], Number(row['organization_id'])]));
  const ordered = Array.from(
    { length: plan.organizations },
    (_, place) => numbers.get(organizationIdOf(place)) ?? 0,
  );
  const client = new Client({ connectionString: bulk.database.superuserUrl });
  await client.connect();
  await fillInBulk(client, plan, ordered);
  await client.end();
});

afterAll(async () => {
  for (const { database, store } of [port, bulk]) {
    await store[Symbol.asyncDispose]();
    await database.drop();
  }
});

/** All rows of a table, by the public names of the organizations. */
async function rowsOf({ database }: Place, table: string): Promise<readonly unknown[]> {
  const rows = await database.run(
    `SELECT organizations.public_id, to_jsonb(${table}) - 'organization_id' AS row
    FROM ${table} JOIN organizations USING (organization_id) ORDER BY 1, 2`,
  );
  return rows;
}

describe('a database filled in bulk', () => {
  test.each(['customers', 'touches', 'lead_source_tuples', 'actors', 'key_ranges'])(
    'has the rows that the storage would have written: %s',
    async (table) => {
      expect(await rowsOf(bulk, table)).toEqual(await rowsOf(port, table));
    },
  );

  test('has a touch for every arrival, and none of another organization', async () => {
    const [counted] = await bulk.database.run('SELECT count(*)::int AS total FROM touches');
    expect(counted).toEqual({ total: arrivalCount(plan) });
  });

  test('is served on: the next touch gets the next key', async () => {
    const { organization, customerId, leadSource } = arrivalAt(arrivalCount(plan) - 1, plan);
    const write = {
      organizationId: organizationIdOf(organization),
      customerId,
      leadSource: { ...leadSource, path: '/next' },
      precondition: {},
      actor: 'key_next',
      now: Date.UTC(2027, 0, 1),
    };
    const outcomes = await Promise.all([port, bulk].map(({ store }) => store.write('putLeadSource', write)));
    expect(outcomes[1]).toEqual(outcomes[0]);
    expect(outcomes[1]?.customer.leadSource?.current.actor).toBe('key_next');
  });
});
