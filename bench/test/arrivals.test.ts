import { describe, expect, test } from 'vitest';
import { tupleOf } from '../../server/src/storage/tuple.ts';
import { arrivalAt, arrivalCount, type FillPlan, firstPlaces } from '../src/arrivals.ts';
import { openingRequests, putRequests } from '../src/load/requests.ts';
import { organizationOf, secretKeyOf } from '../src/traffic.ts';

const plan: FillPlan = { customers: 500, touches: 1_000, organizations: 20 };

function arrivalsOf(filled: FillPlan) {
  return Array.from({ length: arrivalCount(filled) }, (_, place) => arrivalAt(place, filled));
}

describe('the arrivals that fill a database', () => {
  test('are as many as the touches, where there is one organization', () => {
    expect(arrivalCount({ ...plan, organizations: 1 })).toBe(plan.touches);
  });

  test('bring every customer equally often, each always to its own organization', () => {
    const customers = arrivalsOf(plan).filter(({ customer }) => customer !== null);
    const byId = Map.groupBy(customers, ({ customerId }) => customerId);
    expect(byId.size).toBe(plan.customers);
    for (const arrivals of byId.values()) {
      expect(arrivals).toHaveLength(2);
      expect(new Set(arrivals.map(({ organization }) => organization)).size).toBe(1);
    }
  });

  test('come one after the other, and none equals another', () => {
    const arrivals = arrivalsOf(plan);
    const times = arrivals.map(({ time }) => time);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(new Set(arrivals.map(({ leadSource }) => JSON.stringify(leadSource))).size).toBe(arrivals.length);
  });

  test('name every tuple that later traffic can, where there are many organizations', () => {
    const namesOf = (organization: number) =>
      arrivalsOf(plan)
        .filter((arrival) => arrival.customer === null && arrival.organization === organization)
        .map(({ leadSource }) => tupleOf(leadSource).members);
    const opened = Array.from(
      { length: plan.organizations },
      (_, organization) => new Set(namesOf(organization)),
    );
    const later = { ...plan, touches: 20_000 };
    const unknown = arrivalsOf(later).filter(
      ({ organization, leadSource }) => !opened[organization]?.has(tupleOf(leadSource).members),
    );
    expect(unknown).toEqual([]);
  });

  test('have their first places, in order', () => {
    const seen = new Set<string>();
    const expected = arrivalsOf(plan).flatMap(({ customerId }, place) => {
      const isFirst = !seen.has(customerId);
      seen.add(customerId);
      return isFirst ? [place] : [];
    });
    expect([...firstPlaces(plan)]).toEqual(expected);
  });
});

describe('customers of a thousand organizations', () => {
  test('are dealt out unevenly, as documented', () => {
    const counts = new Array<number>(1_000).fill(0);
    const customers = 200_000;
    for (let customer = 0; customer < customers; customer++) {
      const organization = organizationOf(customer, 1_000);
      counts[organization] = (counts[organization] ?? 0) + 1;
    }
    const shareOf = (from: number, to: number) =>
      counts.slice(from, to).reduce((sum, count) => sum + count, 0) / customers;
    expect(shareOf(0, 1)).toBeCloseTo(0.1, 2);
    expect(shareOf(0, 100)).toBeCloseTo(0.464, 2);
    expect(shareOf(500, 1_000)).toBeCloseTo(0.206, 2);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  test('are called for with the key of their organization', () => {
    const population = { customers: 100, organizations: 1_000 };
    const next = putRequests(population);
    const keys = new Set(Array.from({ length: 500 }, () => /REB-APIKEY: (\S+)/.exec(next())?.[1]));
    const expected = Array.from({ length: 150 }, (_, customer) =>
      secretKeyOf(organizationOf(customer, population.organizations)),
    );
    expect([...keys].every((key) => expected.includes(key ?? ''))).toBe(true);
    expect(keys.size).toBeGreaterThan(50);
  });

  test('are met one organization after the other', () => {
    const next = openingRequests();
    const requests = [next(), next()];
    expect(requests[0]).toContain('PUT /customers/opening-0/lead-source HTTP/1.1');
    expect(requests[1]).toContain('PUT /customers/opening-1/lead-source HTTP/1.1');
    expect(requests[1]).toContain(`REB-APIKEY: ${secretKeyOf(1)}\r\n`);
  });
});
