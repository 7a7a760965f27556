import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeLeadSource, type LeadSource, leadSourceFields } from '../../src/domain/lead-source.ts';
import {
  compareTouches,
  isCapturedDirect,
  landmarks,
  positionOf,
  type Touch,
  type TouchOrigin,
  touchId,
  touchOrigins,
} from '../../src/domain/touch.ts';

function touch(
  key: number,
  occurredTime: number,
  origin: TouchOrigin = 'api',
  facts: Partial<LeadSource> = {},
): Touch {
  return { key, occurredTime, recordedTime: 0, origin, actor: 'a', leadSource: completeLeadSource(facts) };
}

describe('touches', () => {
  test.each([
    [touch(2, 1), touch(1, 2), 'an earlier moment comes before an earlier arrival'],
    [touch(1, 1), touch(2, 1), 'of one moment, the earlier arrival comes first'],
  ])('are ordered: %#', (earlier, later) => {
    expect(compareTouches(earlier, later)).toBeLessThan(0);
    expect(compareTouches(later, earlier)).toBeGreaterThan(0);
    expect(compareTouches(earlier, earlier)).toBe(0);
  });

  test('of none there is nothing to point at', () => {
    expect(landmarks([])).toBeNull();
  });

  test('a single one is original, current and latest, even where it was captured direct', () => {
    const only = touch(1, 1, 'capture');
    expect(landmarks([only])).toEqual({ original: only, current: only, latest: only });
  });

  test('the current one is the latest that is not captured direct', () => {
    const [first, second, third] = [
      touch(1, 1),
      touch(2, 2, 'capture', { source: 'a' }),
      touch(3, 3, 'capture'),
    ];
    expect(landmarks([third, first, second])).toEqual({ original: first, current: second, latest: third });
  });

  test('of captured direct ones only, the first is current', () => {
    const [first, second] = [touch(1, 1, 'capture'), touch(2, 2, 'capture')];
    expect(landmarks([second, first])).toEqual({ original: first, current: first, latest: second });
  });

  test('the order of arrival in a list makes no difference', () => {
    const some = fc.uniqueArray(
      fc.tuple(fc.nat(99), fc.nat(5), fc.constantFrom(...touchOrigins), fc.constantFrom(null, 'a')),
      { selector: ([key]) => key, minLength: 1 },
    );
    fc.assert(
      fc.property(some, (parts) => {
        const touches = parts.map(([key, time, origin, source]) => touch(key, time, origin, { source }));
        expect(landmarks(touches.toReversed())).toEqual(landmarks(touches));
      }),
    );
  });
});

describe('a captured arrival is direct', () => {
  test('where it says nothing but on which page it was', () => {
    expect(isCapturedDirect(touch(1, 1, 'capture'))).toBe(true);
    expect(isCapturedDirect(touch(1, 1, 'capture', { path: 'https://a.example/' }))).toBe(true);
    expect(isCapturedDirect(touch(1, 1, 'capture', { source: '(direct)', medium: '(none)' }))).toBe(true);
  });

  test.each(leadSourceFields.filter((field) => field !== 'path'))('not where it says a %s', (field) => {
    expect(isCapturedDirect(touch(1, 1, 'capture', { [field]: 'x' }))).toBe(false);
  });

  test.each(['api', 'import'] as const)('not where its origin is %s', (origin) => {
    expect(isCapturedDirect(touch(1, 1, origin))).toBe(false);
  });
});

describe('a touch', () => {
  test('has a place in its history', () => {
    expect(positionOf(1, 1, 3)).toBe('original');
    expect(positionOf(2, 1, 3)).toBe('intermediary');
    expect(positionOf(3, 1, 3)).toBe('most-recent');
    expect(positionOf(1, 1, 1)).toBe('original');
  });

  test('has a public id that sorts as its key does', () => {
    expect(touchId(1)).toBe('tch_0000000000001');
    expect(touchId(32)).toBe('tch_0000000000010');
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (one, other) => {
        expect(touchId(one) < touchId(other)).toBe(one < other);
      }),
    );
  });
});
