import { expect, test } from 'vitest';
import { allowsOrigin, arrivalTime } from '../../src/domain/capture.ts';

const day = 86_400_000;
const now = 1000 * day;

test('an arrival may have waited for a day; further back, or more than a minute ahead, it is of now', () => {
  const told = [now - day, now - day - 1, now - 1, now, now + 1, now + 60_001, null];
  expect(told.map((moment) => arrivalTime(moment, now))).toEqual([
    now - day,
    now,
    now - 1,
    now,
    now,
    now,
    now,
  ]);
});

test('a key is for the origins that it names, for all where it names none; who is no page names none itself', () => {
  const own = ['https://shop.example'];
  expect(allowsOrigin(own, 'https://shop.example')).toBe(true);
  expect(allowsOrigin(own, 'https://other.example')).toBe(false);
  expect(allowsOrigin(own, null)).toBe(true);
  expect(allowsOrigin([], 'https://other.example')).toBe(true);
});
