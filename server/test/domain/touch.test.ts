import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeLeadSource, type LeadSource, leadSourceFields } from '../../src/domain/lead-source.ts';
import {
  compareTouches,
  isCapturedDirect,
  positionOf,
  type Touch,
  type TouchOrigin,
  touchId,
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
