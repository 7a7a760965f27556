import { expect, test } from 'vitest';
import { attributionView } from '../src/pages/attribution-view.ts';
import { isMeasure } from '../src/pages/measures.ts';
import { isDimension, valueName } from '../src/report-view.ts';

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

test('what an address may name is what the page has, and nothing that every object has', () => {
  for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty', '', null]) {
    expect([name, isMeasure(name), isDimension(name)]).toEqual([name, false, false]);
  }
  const view = attributionView(new URLSearchParams('measure=toString&dimension=constructor&models=valueOf'));
  expect(view).toMatchObject({
    measure: 'net',
    dimensions: ['channel'],
    chosen: ['first', 'last', 'linear'],
  });
});
