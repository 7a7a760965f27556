import { expect, test } from 'vitest';
import { answerBefore, type KeptAnswer } from '../../src/domain/idempotency.ts';
import { millisecondsPerDay } from '../../src/domain/time.ts';
import { failureCodeOf } from '../support/failures.ts';

const now = Date.UTC(2026, 10, 23);
const once = { route: 'POST /customers', key: 'k', contentDigest: 'd' };
const kept: KeptAnswer = { ...once, customerId: 'c', answer: '{}', createdTime: now };

test('a request that was never done is to be done', () => {
  expect(answerBefore(null, once, now)).toBeNull();
});

test('one that was done is answered as it was, for less than a day', () => {
  expect(answerBefore(kept, once, now)).toBe('{}');
  expect(answerBefore(kept, once, now + millisecondsPerDay - 1)).toBe('{}');
  expect(answerBefore(kept, once, now + millisecondsPerDay)).toBeNull();
  expect(answerBefore(kept, { ...once, contentDigest: 'e' }, now + millisecondsPerDay)).toBeNull();
});

test('a key that was used for something else fails, and so does one whose answer was deleted', () => {
  expect(failureCodeOf(() => answerBefore(kept, { ...once, contentDigest: 'e' }, now))).toBe('invalid');
  expect(failureCodeOf(() => answerBefore({ ...kept, answer: null }, once, now))).toBe('conflict');
});
