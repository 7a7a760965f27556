import { describe, expect, test } from 'vitest';
import type { OwnPrivacySettings } from '../../src/domain/privacy-settings.ts';
import { everStrippedBefore } from '../../src/domain/retention.ts';

const day = 86_400_000;
const now = 1000 * day;

/** Each from its moment until the next one. */
function versionsOf(...contents: readonly (readonly [days: number, content: OwnPrivacySettings | null])[]) {
  return contents.map(([days, content]) => ({ content, createdTime: days * day }));
}

describe('touches may have lost their details', () => {
  test.each([
    ['never where no version says so', versionsOf([1, { removeTouchesAfterDays: 9 }], [2, null]), null],
    ['by the version in force, up to now', versionsOf([1, { stripTouchesAfterDays: 30 }]), now - 30 * day],
    [
      'by a former version, up to its end',
      versionsOf([1, { stripTouchesAfterDays: 30 }], [400, null], [700, { removeTouchesAfterDays: 9 }]),
      370 * day,
    ],
    [
      'by the version that reached furthest',
      versionsOf([1, { stripTouchesAfterDays: 30 }], [400, { stripTouchesAfterDays: 900 }]),
      370 * day,
    ],
  ])('%s', (_words, versions, before) => {
    expect(everStrippedBefore([], now)).toBeNull();
    expect(everStrippedBefore(versions, now)).toBe(before);
  });
});
