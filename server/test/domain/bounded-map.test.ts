import { describe, expect, test } from 'vitest';
import { BoundedMap } from '../../src/domain/bounded-map.ts';

const capacity = 3;
const keys = ['a', 'b', 'c', 'd', 'e'] as const;

describe('A bounded map', () => {
  test('forgets the oldest entries beyond its size, however many have come', () => {
    const map = new BoundedMap<string, number>(capacity);
    for (let round = 0; round < 100; round++) for (const key of keys) map.set(key, round);
    expect(kept(map)).toEqual({ c: 99, d: 99, e: 99 });
  });

  test('forgets nothing for an entry that it has', () => {
    const map = new BoundedMap<string, number>(capacity);
    map.set('a', 1);
    map.set('b', 1);
    map.set('c', 1);
    map.set('b', 2);
    expect(kept(map)).toEqual({ a: 1, b: 2, c: 1 });
    map.set('d', 1);
    expect(kept(map)).toEqual({ b: 2, c: 1, d: 1 });
  });

  test('has a deleted entry back as the newest', () => {
    const map = new BoundedMap<string, number>(capacity);
    for (const key of keys) map.set(key, 1);
    map.delete('c');
    expect(map.size).toBe(2);
    map.set('c', 2);
    expect([...map]).toEqual([
      ['d', 1],
      ['e', 1],
      ['c', 2],
    ]);
    map.set('a', 3);
    expect(kept(map)).toEqual({ a: 3, c: 2, e: 1 });
  });

  test('takes as many again once it was cleared', () => {
    const map = new BoundedMap<string, number>(capacity);
    for (const key of keys) map.set(key, 1);
    map.clear();
    expect(kept(map)).toEqual({});
    for (const key of keys) map.set(key, 2);
    expect(kept(map)).toEqual({ c: 2, d: 2, e: 2 });
  });
});

function kept(map: BoundedMap<string, number>): Readonly<Record<string, number>> {
  const entries = keys.flatMap((key): [string, number][] => {
    const value = map.get(key);
    return value === undefined ? [] : [[key, value]];
  });
  return Object.fromEntries(entries);
}
