import { expect, test } from 'vitest';
import { ByOrganization } from '../../src/storage/by-organization.ts';

test('one key of two organizations has two values', () => {
  const map = new ByOrganization<string, number>(10);
  map.set(1, 'a', 10);
  map.set(2, 'a', 20);
  expect([map.get(1, 'a'), map.get(2, 'a'), map.get(3, 'a')]).toEqual([10, 20, undefined]);
  map.clear();
  expect(map.get(1, 'a')).toBeUndefined();
});

test('beyond its size it forgets the oldest entries, whoever has them', () => {
  const map = new ByOrganization<number, number>(3);
  for (const [organizationId, key] of [
    [1, 1],
    [1, 1],
    [1, 2],
    [2, 1],
    [2, 2],
    [2, 3],
  ] as const) {
    map.set(organizationId, key, key);
  }
  expect([map.get(1, 1), map.get(1, 2)]).toEqual([undefined, undefined]);
  expect([map.get(2, 1), map.get(2, 2), map.get(2, 3)]).toEqual([1, 2, 3]);
  map.set(2, 4, 4);
  expect([map.get(2, 1), map.get(2, 4)]).toEqual([undefined, 4]);
});
