import { expect, test } from 'vitest';
import type { CreditRows } from '../../src/storage/credit.ts';
import {
  addDifference,
  differenceOf,
  noDifference,
  type RecreditedConversion,
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
