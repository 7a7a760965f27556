import { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completeLeadSource, type LeadSource } from '../../server/src/domain/lead-source.ts';
import { numericTypes } from '../../server/src/storage/postgres/numeric-types.ts';
import { openPostgresStore } from '../../server/src/storage/postgres/store.ts';
import type { Store, WriteInput } from '../../server/src/storage/store.ts';
import { type FreshDatabase, freshDatabase } from '../../server/test/support/postgres.ts';
import { StoreRoom } from '../../server/test/support/store-room.ts';
import { arrivalAt } from '../src/arrivals.ts';
import { makeOrganizations } from '../src/organizations.ts';
import { PlainPuts } from '../src/plain/puts.ts';
import { organizationIdOf } from '../src/traffic.ts';

type Put = WriteInput<'putLeadSource'>;

const organizations = 2;
const plan = { customers: 40, touches: 120, organizations: 1 };
const databases: FreshDatabase[] = [];
const stores: Store[] = [];
let pool: Pool;
let plain: PlainPuts;

beforeAll(async () => {
  for (let place = 0; place < 2; place++) {
    const database = await freshDatabase();
    const store = await openPostgresStore({ url: database.url, prepares: true, role: 'server' });
    await makeOrganizations(store, organizations);
    await StoreRoom.of(() => store, organizationIdOf(0)).listen();
    databases.push(database);
    stores.push(store);
  }
  pool = new Pool({ connectionString: plainDatabase().superuserUrl, max: 4, types: numericTypes });
  plain = new PlainPuts(pool, plainStore().read);
});

afterAll(async () => {
  await pool.end();
  for (const store of stores) await store[Symbol.asyncDispose]();
  for (const database of databases) await database.drop();
});

const ours = (): Store => stores[0] as Store;
const plainStore = (): Store => stores[1] as Store;
const plainDatabase = (): FreshDatabase => databases[1] as FreshDatabase;

function putOf(place: number): Put {
  const { customerId, leadSource, time } = arrivalAt(place, plan);
  return written(customerId, leadSource, time);
}

function written(customerId: string, leadSource: LeadSource, now: number, organization = 0): Put {
  const organizationId = organizationIdOf(organization);
  return { organizationId, customerId, leadSource, precondition: {}, actor: 'key_bench', now };
}

/** In which order their rows are compared. The keys of events have other gaps. */
const tables = [
  ['customers', '1'],
  ['touches', '1'],
  ['events', 'event_key'],
  ['lead_source_tuples', '1'],
  ['actors', '1'],
] as const;

describe('the plain way', () => {
  test('gives the answers that ours gives, and leaves the same rows', async () => {
    for (let place = 0; place < plan.touches; place++) {
      expect(await plain.put(putOf(place))).toEqual(await ours().write('putLeadSource', putOf(place)));
    }
    for (const [table, order] of tables) {
      const text = `SELECT to_jsonb(${table}) - 'organization_id' - 'event_key' AS row FROM ${table} ORDER BY ${order}`;
      const [mine, others] = await Promise.all(databases.map((database) => database.run(text)));
      expect(others, table).toEqual(mine);
      expect(others?.length, table).toBeGreaterThan(0);
    }
  });

  test('keeps the rules on what was merged and forgotten', async () => {
    const source = (name: string) => completeLeadSource({ source: name });
    const steps = [
      ['put', 'a'],
      ['put', 'b'],
      ['merge', 'a'],
      ['put', 'a'],
      ['delete', 'b'],
      ['put', 'b'],
      ['put', 'a'],
    ] as const;
    const place = { organizationId: organizationIdOf(1), actor: 'key_bench' };
    for (const [now, [step, customerId]] of steps.entries()) {
      if (step === 'put') {
        const put = written(customerId, source(`${now}`), now, 1);
        const answers = [await ours().write('putLeadSource', put), await plain.put(put)];
        expect(withoutKeys(answers[1])).toEqual(withoutKeys(answers[0]));
      } else {
        for (const store of stores) {
          if (step === 'merge') {
            await store.write('mergeCustomers', { ...place, customerId, targetCustomerId: 'b', now });
          } else await store.write('deleteLeadSource', { ...place, customerId, precondition: {}, now });
        }
      }
    }
  });

  test('changes nothing where the lead source is equal, and leaves that to be answered', async () => {
    const put = putOf(plan.touches - 1);
    const count = () => plainDatabase().run('SELECT count(*) FROM touches');
    const before = await count();
    expect(await plain.put(put)).toBeNull();
    expect(await count()).toEqual(before);
  });

  test('keeps all of many at one time', async () => {
    const now = Date.UTC(2027, 0, 1);
    const puts = Array.from({ length: 60 }, (_, place) =>
      written(`busy-${place % 5}`, completeLeadSource({ source: `s${place}` }), now),
    );
    const answers = await Promise.all(puts.map((put) => plain.put(put)));
    expect(answers.every((answer) => answer !== null)).toBe(true);
    expect(answers.filter((answer) => answer?.created)).toHaveLength(5);
    const [kept] = await plainDatabase().run(
      "SELECT count(*)::int AS touches FROM touches WHERE customer_id LIKE 'busy-%'",
    );
    expect(kept).toEqual({ touches: puts.length });
  });
});

/** Two ways of taking keys do not give the same ones. */
function withoutKeys(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer, (name, value) => (name === 'key' ? undefined : value)));
}
