import { expect, test } from 'vitest';
import { newCustomer, replaceFacts, setLeadSource, unite } from '../../src/domain/customer.ts';
import { completeLeadSource } from '../../src/domain/lead-source.ts';
import type { Touch } from '../../src/domain/touch.ts';

function touch(key: number, occurredTime: number): Touch {
  const leadSource = completeLeadSource({});
  return { key, occurredTime, recordedTime: occurredTime, origin: 'api', actor: 'a', leadSource };
}

function standing(one: Touch) {
  return {
    original: one,
    current: one,
    latestOccurredTime: one.occurredTime,
    createdTime: 100,
    updatedTime: 100,
  };
}

test('of touches of one moment that a merge brings together, the one told first is the original', () => {
  const united = unite(standing(touch(5, 100)), standing(touch(3, 100)), 200);
  expect([united?.original.key, united?.current.key]).toEqual([3, 5]);
});

test('what a merge brings to who had nothing is of the moment of the merge', () => {
  expect(unite(null, standing(touch(5, 100)), 200)?.updatedTime).toBe(200);
});

test('a clock that is behind does not take a lead source back in time', () => {
  const { customer } = newCustomer('c', { websiteId: null, customFields: {} }, 100);
  const before = { ...customer, leadSource: { ...standing(touch(5, 100)), updatedTime: 500 } };
  const context = { now: 300, actor: 'a', touchKey: 6 };
  const after = setLeadSource(before, completeLeadSource({ source: 's' }), {}, context);
  expect(after.customer.leadSource?.updatedTime).toBe(500);
  expect(unite(before.leadSource, standing(touch(3, 50)), 300)?.updatedTime).toBe(500);
});

test('a clock that is behind does not take a customer back in time', () => {
  const { customer } = newCustomer('c', { websiteId: null, customFields: {} }, 500);
  const { customer: after } = replaceFacts(customer, { websiteId: 'w', customFields: {} }, 300);
  expect([after.revision, after.updatedTime]).toEqual([2, 500]);
});
