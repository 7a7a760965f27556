import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ChangeContext,
  type Customer,
  type CustomerFacts,
  leadSourceEntityTag,
  mergeCustomers,
  newCustomer,
  putLeadSource,
  removeLeadSource,
  replaceFacts,
  saveCustomer,
  setLeadSource,
} from '../../src/domain/customer.ts';
import { completeLeadSource } from '../../src/domain/lead-source.ts';
import type { Touch, TouchOrigin } from '../../src/domain/touch.ts';
import type { TouchEffect } from '../../src/domain/touch-effect.ts';
import { failureCodeOf } from '../support/failures.ts';

const now = Date.UTC(2026, 10, 23);
const noFacts = { websiteId: null, customFields: {} };
const google = completeLeadSource({ source: 'google' });
const bing = completeLeadSource({ source: 'bing' });

function at(time: number, touchKey = time): ChangeContext {
  return { now: time, actor: 'key_a', touchKey };
}

function addedBy(effect: TouchEffect): Touch {
  if (effect.kind !== 'adds') throw new Error(`This change adds no touch: it ${effect.kind}.`);
  return effect.added.touch;
}

/** A customer whose only touch has this key and origin, at the moment of the same number. */
function withTouch(id: string, key: number, source: string | null, origin: TouchOrigin = 'api'): Customer {
  const { customer } = putLeadSource(null, id, completeLeadSource({ source }), {}, at(key));
  const { leadSource } = customer;
  if (leadSource === null) throw new Error('A put leaves a lead source.');
  const touch = { ...leadSource.current, origin };
  return { ...customer, leadSource: { ...leadSource, original: touch, current: touch } };
}

describe('putting a lead source', () => {
  test('makes an unknown customer, and both at once are its first revision', () => {
    const { customer, effect, events } = putLeadSource(null, 'c', google, {}, at(now));
    const touch = addedBy(effect);
    expect(customer).toMatchObject({
      id: 'c',
      ...noFacts,
      revision: 1,
      leadSourceRevision: 1,
      createdTime: now,
    });
    expect(customer.leadSource).toMatchObject({
      original: touch,
      current: touch,
      createdTime: now,
      updatedTime: now,
    });
    expect(events.map(({ type }) => type)).toEqual(['customer-created', 'lead-source-changed']);
  });

  test('never touches the original of a customer who has one', () => {
    const first = putLeadSource(null, 'c', google, {}, at(now)).customer;
    const { customer } = setLeadSource(first, bing, {}, at(now + 1));
    expect(customer.leadSource?.original).toBe(first.leadSource?.original);
    expect(customer.leadSource?.current.leadSource).toBe(bing);
  });

  test('gives the very customer back where nothing changes', () => {
    const first = putLeadSource(null, 'c', google, {}, at(now)).customer;
    const change = setLeadSource(first, { ...google }, {}, at(now + 1));
    expect(change).toEqual({ customer: first, effect: { kind: 'keeps' }, events: [] });
    expect(change.customer).toBe(first);
  });

  test('compares with the current lead source only, so an earlier one can come back', () => {
    const first = putLeadSource(null, 'c', google, {}, at(now)).customer;
    const second = setLeadSource(first, bing, {}, at(now + 1)).customer;
    expect(setLeadSource(second, google, {}, at(now + 2)).effect.kind).toBe('adds');
  });

  test('judges the precondition before equality', () => {
    const first = putLeadSource(null, 'c', google, {}, at(now)).customer;
    const put = () => setLeadSource(first, google, { ifMatch: ['"7"'] }, at(now));
    expect(failureCodeOf(put)).toBe('precondition-failed');
  });

  test('is always the most recent, whatever the clock says', () => {
    const times = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(times, (clock) => {
        let customer: Customer | null = null;
        let latest = 0;
        for (const [place, time] of clock.entries()) {
          const leadSource = completeLeadSource({ source: String(place) });
          const put: ReturnType<typeof putLeadSource> = putLeadSource(
            customer,
            'c',
            leadSource,
            {},
            at(time, place),
          );
          const { occurredTime } = addedBy(put.effect);
          expect(occurredTime).toBeGreaterThanOrEqual(latest);
          expect(occurredTime).toBe(Math.max(time, latest));
          latest = occurredTime;
          customer = put.customer;
        }
      }),
    );
  });
});

describe('removing a lead source', () => {
  test('leaves the customer, without touches, at a greater revision', () => {
    const before = putLeadSource(null, 'c', google, {}, at(now)).customer;
    const { customer, effect, events } = removeLeadSource(before, {}, now + 1);
    expect(customer).toMatchObject({ leadSource: null, revision: 2, leadSourceRevision: 2 });
    expect(effect.kind).toBe('removes-all');
    expect(events).toMatchObject([
      { cause: 'delete', current: null, previous: now, original: null, sequence: 2 },
    ]);
    expect(leadSourceEntityTag(customer)).toBeNull();
  });

  test('fails where it is not in the state that the request requires', () => {
    const before = putLeadSource(null, 'c', google, {}, at(now)).customer;
    const remove = () => removeLeadSource(before, { ifMatch: ['"7"'] }, now);
    expect(failureCodeOf(remove)).toBe('precondition-failed');
  });

  test('fails as not found before any precondition is judged', () => {
    const bare = newCustomer('c', noFacts, now).customer;
    for (const customer of [null, bare]) {
      expect(failureCodeOf(() => removeLeadSource(customer, { ifMatch: ['"7"'] }, now))).toBe('not-found');
    }
  });
});

/** What `toThrow` takes for a failure of this code. */
const failureOfCode = (code: string) => expect.objectContaining({ code });

describe('merging', () => {
  test('fails where either is missing, and for one customer twice', () => {
    const one = newCustomer('one', noFacts, now).customer;
    expect(() => mergeCustomers(null, one, now)).toThrow(failureOfCode('not-found'));
    expect(() => mergeCustomers(one, null, now)).toThrow(failureOfCode('not-found'));
    expect(() => mergeCustomers(one, { ...one }, now)).toThrow(failureOfCode('invalid'));
  });

  test('is one revision of the target, which keeps what it has where the duplicate has nothing', () => {
    const target = putLeadSource(null, 'one', google, {}, at(now)).customer;
    const duplicate = newCustomer('two', noFacts, now).customer;
    expect(mergeCustomers(target, duplicate, now + 1).customer).toMatchObject({
      id: 'one',
      revision: target.revision + 1,
      updatedTime: now + 1,
      leadSource: target.leadSource,
    });
  });
});

describe('saving a customer', () => {
  const written = (facts: CustomerFacts) => ({ facts, leadSource: google, mustBeNew: false });

  test('that must be new fails where somebody has heard of it', () => {
    const before = newCustomer('c', noFacts, now).customer;
    const write = { ...written(noFacts), mustBeNew: true };
    expect(() => saveCustomer(before, 'c', write, at(now))).toThrow(failureOfCode('conflict'));
    expect(saveCustomer(null, 'c', write, at(now)).customer.revision).toBe(1);
  });

  test('with facts and a lead source is one revision', () => {
    const before = newCustomer('c', noFacts, now).customer;
    const facts = { websiteId: 'w', customFields: { a: 1 } };
    const { customer } = saveCustomer(before, 'c', written(facts), at(now + 1));
    expect(customer).toMatchObject({ ...facts, revision: 2, leadSourceRevision: 1, updatedTime: now + 1 });
  });

  test('with either of its members changed is another revision', () => {
    const before = newCustomer('c', { websiteId: 'w', customFields: { a: 1 } }, now).customer;
    for (const facts of [
      { websiteId: 'w', customFields: { a: 2 } },
      { websiteId: 'x', customFields: { a: 1 } },
    ]) {
      expect(replaceFacts(before, facts, now + 1).customer).toMatchObject({ ...facts, revision: 2 });
    }
  });

  test('as it is changes nothing', () => {
    const facts = { websiteId: 'w', customFields: { a: [1, { b: null }] } };
    const before = saveCustomer(null, 'c', written(facts), at(now)).customer;
    expect(saveCustomer(before, 'c', written(structuredClone(facts)), at(now + 1)).customer).toBe(before);
    expect(replaceFacts(before, structuredClone(facts), now + 1).customer).toBe(before);
  });
});

describe('merging customers', () => {
  test.each([
    ['the duplicate has the earlier', withTouch('t', 20, 't'), withTouch('d', 10, 'd'), 10, 20],
    ['the target has the earlier', withTouch('t', 10, 't'), withTouch('d', 20, 'd'), 10, 20],
  ])(
    'takes the earlier original and the later current: %s',
    (_words, target, duplicate, original, current) => {
      const { customer } = mergeCustomers(target, duplicate, now);
      expect(customer.leadSource?.original.key).toBe(original);
      expect(customer.leadSource?.current.key).toBe(current);
      expect(customer.leadSource).toMatchObject({ createdTime: 10, latestOccurredTime: 20 });
    },
  );

  test.each([
    ['a captured direct arrival', 'api', 'capture', 10],
    ['an arrival that was captured, too', 'capture', 'capture', 10],
    ['an arrival that was put', 'capture', 'api', 20],
  ] as const)(
    '%s after one with a source leaves the right one current',
    (_words, earlier, later, current) => {
      const source = earlier === 'capture' && later === 'api' ? null : 'google';
      const target = withTouch('t', 10, source, earlier);
      const duplicate = withTouch('d', 20, null, later);
      const { leadSource } = mergeCustomers(target, duplicate, now).customer;
      expect(leadSource?.current.key).toBe(current);
      expect(leadSource?.latestOccurredTime).toBe(20);
    },
  );

  test('of captured direct arrivals only, the first is current', () => {
    const target = withTouch('t', 20, null, 'capture');
    const duplicate = withTouch('d', 10, null, 'capture');
    expect(mergeCustomers(target, duplicate, now).customer.leadSource?.current.key).toBe(10);
  });

  test('leaves an entity tag that neither had for another state', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(9), fc.boolean(), (ofTarget, ofDuplicate, isBetween) => {
        const early = withTouch('t', 10, 'early');
        const late = setLeadSource(early, google, {}, at(30)).customer;
        const target = { ...late, leadSourceRevision: 2 + ofTarget };
        const duplicate = {
          ...withTouch('d', isBetween ? 20 : 40, 'd'),
          leadSourceRevision: 1 + ofDuplicate,
        };
        const { customer } = mergeCustomers(target, duplicate, now);
        expect(customer.leadSourceRevision).toBeGreaterThan(duplicate.leadSourceRevision);
        if (!isBetween) expect(customer.leadSourceRevision).toBeGreaterThan(target.leadSourceRevision);
      }),
    );
  });

  test('moves the time of change only where a reader sees a difference', () => {
    const early = withTouch('t', 10, 'early');
    const target = setLeadSource(early, google, {}, at(30)).customer;
    const hidden = mergeCustomers(target, withTouch('d', 20, 'between'), now);
    expect(hidden.customer.leadSource?.updatedTime).toBe(target.leadSource?.updatedTime);
    expect(leadSourceEntityTag(hidden.customer)).toBe(leadSourceEntityTag(target));
    expect(hidden.events.map(({ type }) => type)).toEqual(['customer-merged']);
    const shown = mergeCustomers(target, withTouch('d', 40, 'after'), now);
    expect(shown.customer.leadSource?.updatedTime).toBe(now);
    expect(shown.events.map(({ cause }) => cause)).toEqual([null, 'merge']);
  });

  test('moves it also where a lead source only turns out to be known for longer', () => {
    const { customer: target } = setLeadSource(withTouch('t', 20, 'first'), google, {}, at(40));
    const later = withTouch('d', 30, 'between');
    const { leadSource } = later;
    if (leadSource === null) throw new Error('A put leaves a lead source.');
    const known = { ...later, leadSource: { ...leadSource, createdTime: 10 } };
    expect(mergeCustomers(target, known, now).customer.leadSource).toMatchObject({
      original: target.leadSource?.original,
      current: target.leadSource?.current,
      createdTime: 10,
      updatedTime: now,
    });
  });
});
