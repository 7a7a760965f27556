import { expect, test } from 'vitest';
import { valueName } from '../src/report-view.ts';

test('every value has a name that can be seen, an empty text too', () => {
  expect(['google', '', null, undefined].map((value) => valueName({}, value))).toEqual([
    'google',
    '(empty)',
    '(not set)',
    '(not set)',
  ]);
  expect(valueName({ unattributed: true }, '')).toBe('(unattributed)');
  expect(valueName({ other: true }, null)).toBe('(all others)');
});
