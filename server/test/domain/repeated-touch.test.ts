import { describe, expect, test } from 'vitest';
import type { GivenFacts } from '../../src/domain/lead-source.ts';
import { differsInDetails, isLeftOf, requireSameTouch } from '../../src/domain/repeated-touch.ts';
import type { Touch } from '../../src/domain/touch.ts';
import { addTouch, type ToldTouch } from '../../src/domain/touch-change.ts';
import { failureCodeOf } from '../support/failures.ts';

const now = Date.UTC(2026, 10, 23);
const context = { now, actor: 'key_a', touchKey: 1 };

function told(source: string | null, occurredTime: number | null, more: Partial<ToldTouch> = {}): ToldTouch {
  const given = source === null ? {} : { source };
  return { givenId: null, given, occurredTime, origin: 'api', announces: true, ...more };
}

describe('a touch told again under its id', () => {
  const { touch } = addTouch(null, 'c', told('ad', now + 30_000), context).effect.added;

  test.each([
    ['word for word', told('ad', now + 30_000)],
    ['without its moment', told('ad', null)],
    ['by the moment it counted as', told('ad', now)],
    ['without its facts', told(null, now + 30_000)],
    ['with null where it has nothing', told('ad', now, { given: { source: 'ad', medium: null } })],
  ])('%s is the same', (_words, again) => {
    expect(() => requireSameTouch({ customerId: 'c', touch }, 'c', again)).not.toThrow();
  });

  test.each([
    ['another fact', told('other', now), 'c'],
    ['a fact more', told('ad', now, { given: { medium: 'cpc' } }), 'c'],
    ['null where it has a fact', told('ad', now, { given: { source: null } }), 'c'],
    ['another moment', told('ad', now - 1), 'c'],
    ['a moment that was too far ahead', told('ad', now + 60_001), 'c'],
    ['another customer', told('ad', now), 'd'],
  ])('with %s is another, which fails', (_words, again, customerId) => {
    const judge = () => requireSameTouch({ customerId: 'c', touch }, customerId, again);
    expect(failureCodeOf(judge)).toBe('conflict');
  });

  test('is the same where that is known already, but not for another customer', () => {
    const again = { ...told('other', now), sameAs: touch.key };
    expect(() => requireSameTouch({ customerId: 'c', touch }, 'c', again)).not.toThrow();
    expect(failureCodeOf(() => requireSameTouch({ customerId: 'c', touch }, 'd', again))).toBe('conflict');
    const later = { ...touch, key: touch.key + 1 };
    expect(failureCodeOf(() => requireSameTouch({ customerId: 'c', touch: later }, 'c', again))).toBe(
      'conflict',
    );
  });

  test('at a moment between the one it had and the one it was told at is another', () => {
    const past = addTouch(null, 'c', told('ad', now - 5000), context).effect.added.touch;
    for (const occurredTime of [now - 4999, now - 1, now]) {
      const judge = () => requireSameTouch({ customerId: 'c', touch: past }, 'c', told('ad', occurredTime));
      expect(failureCodeOf(judge)).toBe('conflict');
    }
  });
});

describe('a touch of which settings may have left less', () => {
  const given = { source: 'ad', clickId: 'c', path: '/p?q', referrer: null };
  const written = { given, occurredTime: null };
  const keptWith = (facts: GivenFacts): Touch =>
    addTouch(null, 'c', told(null, now, { given: { ...given, ...facts } }), context).effect.added.touch;
  const stripped = { clickId: null, path: null };
  const former = {
    stripBefore: null,
    keepers: [<Facts extends GivenFacts>(facts: Facts) => ({ ...facts, path: '/p' })],
  };
  const stripping = { stripBefore: now + 1, keepers: [] };

  test.each([
    ['nothing but details differs', stripped, true],
    ['something else differs, too', { ...stripped, source: 'other' }, false],
  ])('may be the one that was written where %s', (_words, facts, differs) => {
    expect(differsInDetails(keptWith(facts), written)).toBe(differs);
    expect(differsInDetails(keptWith(facts), { ...written, occurredTime: now - 1 })).toBe(false);
  });

  test.each([
    ['one that was cut as a policy cuts it', { path: '/p' }, former, true],
    ['one that was kept whole before there was a policy', {}, former, true],
    ['no other path', { path: '/other' }, former, false],
    ['no other click id', { path: '/p', clickId: 'd' }, former, false],
    ['one without details from when details were stripped', stripped, stripping, true],
    ['one with a placeholder for them', { ...stripped, clickId: 'redacted' }, stripping, true],
    ['none from later', stripped, { ...stripping, stripBefore: now }, false],
    ['none where details were never stripped', stripped, former, false],
    ['none that has other details still', { clickId: null }, stripping, false],
  ])('%s is the one that was written', (_words, facts, settings, isLeft) => {
    expect(isLeftOf(keptWith(facts), written, settings)).toBe(isLeft);
  });
});
