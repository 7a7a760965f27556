import { expect, test } from 'vitest';
import { putLeadSource } from '../../src/domain/customer.ts';
import {
  eraseCustomer,
  erasureLine,
  parseErasureLine,
  requireBuiltBeyond,
} from '../../src/domain/erasure.ts';
import { completeLeadSource } from '../../src/domain/lead-source.ts';
import { failureCodeOf } from '../support/failures.ts';

test('of an erased customer stay the times and the campaigns, under another id', () => {
  const leadSource = completeLeadSource({
    source: 'a',
    clickId: 'c',
    path: '/p',
    referrer: 'https://b.example/',
  });
  const context = { now: 5, actor: 'k', touchKey: 1 };
  const { customer: put } = putLeadSource(null, 'ann', leadSource, {}, context);
  const customer = { ...put, customFields: { name: 'Ann' }, conversionTimes: { first: 3, latest: 4 } };
  const touch = { ...put.leadSource?.current, leadSource: completeLeadSource({ source: 'a' }) };
  expect(eraseCustomer(customer, 'nobody', 9)).toEqual({
    ...customer,
    id: 'nobody',
    customFields: {},
    revision: 2,
    updatedTime: 9,
    leadSourceRevision: 2,
    leadSource: { ...put.leadSource, original: touch, current: touch },
  });
  expect(eraseCustomer({ ...customer, leadSource: null }, 'nobody', 9).leadSource).toBeNull();
});

test('an erasure waits where credits of the moment of any of the conversions are being built', () => {
  const conversions = [{ occurredTime: 1 }, { occurredTime: 2 }];
  for (const at of [1, 2]) {
    expect(failureCodeOf(() => requireBuiltBeyond([null, at], conversions))).toBe('unavailable');
  }
  expect(() => requireBuiltBeyond([null, 3], conversions)).not.toThrow();
});

test('a line of the log is read as it was written, and any other text is none', () => {
  const erasure = { organizationId: 'o', id: 'e', hashes: ['h'], actor: 'k', erasedTime: 7 };
  expect(parseErasureLine(erasureLine(erasure))).toEqual(erasure);
  for (const wrong of [
    { organizationId: 1 },
    { hashes: 'h' },
    { hashes: ['h', 1] },
    { actor: null },
    { erasedTime: 0.5 },
  ]) {
    expect(() => parseErasureLine(JSON.stringify({ ...erasure, ...wrong }))).toThrow();
  }
  expect(() => parseErasureLine('[]')).toThrow();
});
