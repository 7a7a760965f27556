import { describe, expect, test } from 'vitest';
import type { CreditRows } from '../../src/storage/credit.ts';
import {
  addDifference,
  addFreshCredits,
  differenceOf,
  noDifference,
  type RecreditedConversion,
  Scope,
} from '../../src/storage/credit-change.ts';
import { RollUps } from '../../src/storage/roll-ups.ts';
import { creditVersionsOf } from '../../src/storage/rows/credit.ts';

/** More than a function can be given as arguments. */
const conversionCount = 150_000;

const conversions = Array.from({ length: conversionCount }, (_, place): RecreditedConversion => {
  const facts = { key: 1 + place, id: `cnv_${place}`, occurredTime: 10, amount: 5, currency: 'EUR' };
  return { facts: { ...facts, isFirst: place === 0, refunds: [] }, wasFirst: place === 0 };
});

function changed(stored: CreditRows, touchKeys: readonly number[]) {
  const [version] = creditVersionsOf([]);
  if (version === undefined) throw new Error('There is always a first version.');
  const touches = touchKeys.map((key) => ({ key, occurredTime: key, isDirect: false, tupleId: key }));
  const place = { organizationId: 1, customerId: 'c', version };
  return differenceOf({ ...place, touches, conversions, stored }, new RollUps());
}

test('the credits of any number of conversions of one customer can come and go', () => {
  const come = changed({ credits: [], refundCredits: [] }, [1, 2]);
  expect(come.added.credits).toHaveLength(2 * conversionCount);
  const gone = changed(come.added, []);
  expect(gone.removed.credits).toHaveLength(2 * conversionCount);
  expect(gone.added.credits).toHaveLength(conversionCount);
  const both = noDifference();
  addDifference(both, come);
  addDifference(both, gone);
  expect(both.removed.credits).toHaveLength(2 * conversionCount);
  expect(both.added.credits).toHaveLength(3 * conversionCount);
});

test('the refunds of a conversion are gone through as often for many of them as for few', () => {
  const [version] = creditVersionsOf([]);
  if (version === undefined) throw new Error('There is always a first version.');
  const readsPerRefund = (count: number) => {
    let reads = 0;
    const refunds = Array.from({ length: count }, (_, place) => ({
      get key() {
        reads += 1;
        return 1 + place;
      },
      occurredTime: 20,
      amount: 1,
    }));
    const touches = [1, 2].map((key) => ({ key, occurredTime: key, isDirect: false, tupleId: key }));
    const conversion = { key: 1, id: 'cnv', occurredTime: 10, amount: count, currency: 'EUR', isFirst: true };
    const facts = { ...conversion, refunds };
    const place = { organizationId: 1, customerId: 'c', version };
    const stored: CreditRows = { credits: [], refundCredits: [] };
    addFreshCredits(stored, { ...place, touches }, facts, new RollUps());
    const conversions = [{ facts, wasFirst: true }];
    const gone = differenceOf({ ...place, touches: [], conversions, stored }, new RollUps());
    expect([stored.refundCredits.length, gone.removed.refundCredits.length]).toEqual([2 * count, 2 * count]);
    return reads / count;
  };
  expect(readsPerRefund(400)).toBeLessThan(2 * readsPerRefund(20));
});

describe('of a customer with five conversions, ten days apart, by a lookback of ninety', () => {
  const [version] = creditVersionsOf([]);
  const versions = version === undefined ? [] : [version];
  const day = 86_400_000;
  const stored = Array.from({ length: 5 }, (_, place) => ({
    conversion_key: 1 + place,
    conversion_id: `cnv_${place}`,
    occurred_time: 10 * day * place,
    amount: 5,
    currency: 'EUR',
    is_first: place === 0 ? 1 : 0,
  }));
  const fresh = {
    ...stored[0],
    conversion_key: 9,
    occurred_time: -1,
    is_first: 1,
  } as (typeof stored)[number];
  const inQuestion = (parts: readonly Parameters<Scope['add']>[0][], rows = stored) => {
    const scope = new Scope();
    for (const part of parts) scope.add(part);
    return scope.conversionsOf(rows, versions).map(({ row, isFirst }) => [row.conversion_key, isFirst]);
  };

  test.each<[string, Parameters<Scope['add']>[0][], unknown]>([
    ['a refund concerns its conversion', [{ key: 3, isFresh: false }], [[3, false]]],
    [
      'a late touch concerns those in the lookback',
      [{ touched: -70 * day }],
      [
        [1, true],
        [2, false],
        [3, false],
      ],
    ],
    [
      'late touches concern those between and after them',
      [{ touched: 31 * day }, { touched: 40 * day }],
      [[5, false]],
    ],
    ['a touch before all lookbacks concerns none', [{ touched: -90 * day - 1 }], []],
    ['a merge concerns all', ['all'], stored.map(({ conversion_key: key }) => [key, key === 1])],
  ])('%s', (_words, parts, concerned) => {
    expect(inQuestion(parts)).toEqual(concerned);
  });

  test('a conversion before all others concerns the one that was the first', () => {
    expect(inQuestion([{ key: 9, isFresh: true }, 'first'], [...stored, fresh])).toEqual([
      [1, false],
      [9, true],
    ]);
  });

  test('of several at one moment, the first is the one that arrived first, in whatever order they are read', () => {
    const alike = [9, 7, 8].map((key) => ({ ...fresh, conversion_key: key, is_first: 0 }));
    expect(inQuestion(['first'], [...stored, ...alike])).toEqual([
      [1, false],
      [7, true],
    ]);
  });

  test('those from the moment of a touch on must have been read, that moment included', () => {
    const scope = new Scope();
    scope.add({ touched: 5 });
    expect([4, 5, 6].map((moment) => scope.reachesBackTo(moment))).toEqual([false, true, true]);
  });
});
