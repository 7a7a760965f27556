import { describe, expect, test } from 'vitest';
import { isCustomerId } from '../../server/src/domain/identifier.ts';
import { captureRequests, firstCaptures, getRequests, putRequests } from '../src/load/requests.ts';
import { landingOf } from '../src/parts/landings.ts';
import { customerIdOf, leadSourceOf } from '../src/traffic.ts';

const count = 5_000;
const numbers = Array.from({ length: count }, (_, place) => place);

describe('the traffic of the benchmark', () => {
  test('has an id of its own for every customer, ordered by arrival', () => {
    const ids = numbers.map(customerIdOf);
    expect(new Set(ids).size).toBe(count);
    expect(ids.every(isCustomerId)).toBe(true);
    expect(ids.toSorted()).toEqual(ids);
  });

  test('has no two equal lead sources, so that no PUT is spared its write', () => {
    const written = numbers.map((number) => JSON.stringify(leadSourceOf(number)));
    expect(new Set(written).size).toBe(count);
  });

  test('repeats campaigns, so that tuples are interned as they are in earnest', () => {
    const campaigns = new Set(numbers.map((number) => leadSourceOf(number).campaign));
    expect(campaigns.size).toBeGreaterThan(50);
    expect(campaigns.size).toBeLessThan(500);
  });
});

describe('the requests', () => {
  const requestLine = /^(PUT|GET) \/customers\/([^/]+)\/lead-source HTTP\/1\.1\r\n/;

  test('announce the body that they carry, to the byte', () => {
    const next = putRequests({ customers: 100, organizations: 1 });
    for (let place = 0; place < 50; place++) {
      const [head = '', body = ''] = next().split('\r\n\r\n');
      expect(head).toContain(`Content-Length: ${Buffer.byteLength(body)}`);
      expect(JSON.parse(body)).toMatchObject({ path: expect.stringContaining('https://') });
    }
  });

  test('put every tenth lead source to a new customer', () => {
    const known = new Set(Array.from({ length: 100 }, (_, place) => customerIdOf(place)));
    const next = putRequests({ customers: 100, organizations: 1 });
    const ids = Array.from({ length: 200 }, () => requestLine.exec(next())?.[2] ?? '');
    const fresh = ids.filter((id) => !known.has(id));
    expect(fresh).toHaveLength(20);
    expect(new Set(fresh).size).toBe(20);
  });

  test('capture every tenth arrival of a new visitor, and the others of visitors met before', () => {
    const visitorIn = (request: string) => /"visitorId":"([^"]+)"/.exec(request)?.[1] ?? '';
    const first = firstCaptures('pk_any', landingOf);
    const met = new Set(Array.from({ length: 100 }, () => visitorIn(first())));
    expect(met.size).toBe(100);
    const next = captureRequests('pk_any', 100, landingOf);
    const arrivals = Array.from({ length: 200 }, () => visitorIn(next()));
    expect(arrivals.filter((visitor) => !met.has(visitor))).toHaveLength(20);
  });

  test('read only customers that exist, and nearly all of them', () => {
    const next = getRequests({ customers: 100, organizations: 1 });
    const ids = new Set(Array.from({ length: 2_000 }, () => requestLine.exec(next())?.[2] ?? ''));
    const known = new Set(Array.from({ length: 100 }, (_, place) => customerIdOf(place)));
    expect([...ids].every((id) => known.has(id))).toBe(true);
    expect(ids.size).toBeGreaterThan(90);
  });
});
