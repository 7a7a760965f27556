import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeLeadSource, type LeadSource, leadSourceFields } from '../../src/domain/lead-source.ts';
import {
  compareTouches,
  generatedTouchKey,
  hasDetails,
  isCapturedDirect,
  isDirect,
  isGivenTouchId,
  positionOf,
  standingOf,
  type Touch,
  type TouchOrigin,
  touchId,
  withoutDetails,
} from '../../src/domain/touch.ts';

function touch(
  key: number,
  occurredTime: number,
  origin: TouchOrigin = 'api',
  facts: Partial<LeadSource> = {},
): Touch {
  return { key, occurredTime, recordedTime: 0, origin, actor: 'a', leadSource: completeLeadSource(facts) };
}

function generatedId(key: number): string {
  return touchId({ touch: touch(key, 1), givenId: null });
}

describe('what a history says', () => {
  const direct = touch(3, 30, 'capture');
  const ad = touch(2, 20, 'capture', { source: 'ad' });
  const told = touch(1, 10);

  test.each([
    ['the only touch is both', [told], told, told],
    ['the first is the original, the last is current', [told, ad], told, ad],
    ['a captured direct touch takes nothing away', [told, ad, direct], told, ad],
    ['a captured direct touch may be the original', [{ ...direct, occurredTime: 5 }, ad], 3, ad],
    ['where all are captured direct, the first is current', [direct, { ...direct, key: 4 }], direct, direct],
  ] as const)('%s', (_words, touches, original, current) => {
    const keyOf = (wanted: Touch | number) => (typeof wanted === 'number' ? wanted : wanted.key);
    const standing = standingOf(touches);
    expect(standing?.original.key).toBe(keyOf(original));
    expect(standing?.current.key).toBe(keyOf(current));
    expect(standing?.latestOccurredTime).toBe(Math.max(...touches.map(({ occurredTime }) => occurredTime)));
    expect(standingOf(touches.toReversed())).toEqual(standing);
  });

  test('nothing where there are no touches', () => {
    expect(standingOf([])).toBeNull();
  });
});

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

  test.each([{ source: '(direct)' }, { medium: '(none)' }])('not where it says %j alone', (facts) => {
    expect(isDirect(completeLeadSource(facts))).toBe(false);
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
    expect(generatedId(1)).toBe('tch_0000000000001');
    expect(generatedId(32)).toBe('tch_0000000000010');
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (one, other) => {
        expect(generatedId(one) < generatedId(other)).toBe(one < other);
      }),
    );
  });

  test('is called as its sender called it, but never as another may be generated', () => {
    expect(touchId({ touch: touch(1, 1), givenId: 'click-7' })).toBe('click-7');
    for (const id of ['click-7', 'tch_1', 'TCH_0000000000001', '@']) expect(isGivenTouchId(id)).toBe(true);
    for (const id of ['', '.', '..', 'a/b', 'é', 'a'.repeat(51)]) expect(isGivenTouchId(id)).toBe(false);
    expect(isGivenTouchId(generatedId(1))).toBe(false);
    for (const id of [`x${generatedId(1)}`, `${generatedId(1)}0`]) expect(isGivenTouchId(id)).toBe(true);
  });
});

describe('a touch without its details', () => {
  test('has lost any of the three; the word that there was one is none itself', () => {
    const has = (facts: Partial<LeadSource>) => hasDetails(touch(1, 1, 'api', { source: 'a', ...facts }));
    expect([{ clickId: 'c' }, { path: '/p' }, { referrer: 'https://a.example/' }].map(has)).toEqual([
      true,
      true,
      true,
    ]);
    expect([has({}), has({ clickId: 'redacted' })]).toEqual([false, false]);
  });

  test.each([
    ['keeps its campaign', { source: 'a', path: '/p', clickId: 'c' }, { source: 'a' }, false],
    ['keeps the word that there was a click', { clickId: 'c', path: '/p' }, { clickId: 'redacted' }, false],
    [
      'keeps the word that there was a referrer',
      { referrer: 'https://a.example/' },
      { clickId: 'redacted' },
      false,
    ],
    ['stays direct where nothing but its page was known', { path: '/p' }, {}, true],
    [
      'stays direct where it calls itself so',
      { source: '(direct)', medium: '(none)', path: '/p' },
      { source: '(direct)', medium: '(none)' },
      true,
    ],
  ] as const)('%s', (_words, before, after, direct) => {
    const stripped = withoutDetails(touch(1, 1, 'api', before));
    expect(stripped.leadSource).toEqual(completeLeadSource(after));
    expect(isDirect(stripped.leadSource)).toBe(direct);
  });
});

test('the key of a touch is read from its generated id, and from no other', () => {
  for (const key of [1, 31, 32, 123_456_789, Number.MAX_SAFE_INTEGER]) {
    expect(generatedTouchKey(touchId({ touch: { key }, givenId: null }))).toBe(key);
  }
  for (const id of ['tch_1', 'given', 'tch_ZZZZZZZZZZZZZ', 'tch_000000000000U', '']) {
    expect(generatedTouchKey(id)).toBeNull();
  }
});
