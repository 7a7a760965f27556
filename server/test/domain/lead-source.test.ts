import { describe, expect, test } from 'vitest';
import {
  completeLeadSource,
  leadSourceFields,
  leadSourceLimits,
  sameLeadSource,
} from '../../src/domain/lead-source.ts';

describe('a lead source', () => {
  test('has eleven facts', () => {
    expect(leadSourceFields).toHaveLength(11);
    expect(Object.keys(completeLeadSource({}))).toEqual(leadSourceFields);
  });

  test('takes 512 code points for each fact, and 2083 for the referrer', () => {
    const { referrer, ...others } = leadSourceLimits;
    expect(referrer).toBe(2083);
    expect(new Set(Object.values(others))).toEqual(new Set([512]));
  });

  test.each(leadSourceFields)('that states only a %s has null for the rest', (field) => {
    const complete = completeLeadSource({ [field]: '' });
    for (const other of leadSourceFields) expect(complete[other]).toBe(other === field ? '' : null);
  });

  test('keeps no member that is no fact', () => {
    const partial = { source: 'a', original: {}, createdTime: 'x', ipAddress: '::1' };
    expect(completeLeadSource(partial)).toEqual(completeLeadSource({ source: 'a' }));
  });

  test.each(leadSourceFields)('differs from another by its %s alone, also by null and ""', (field) => {
    const one = completeLeadSource({ [field]: 'e\u0301' });
    expect(sameLeadSource(one, { ...one })).toBe(true);
    for (const other of ['é', 'E\u0301', '', null]) {
      expect(sameLeadSource(one, { ...one, [field]: other })).toBe(false);
    }
    expect(sameLeadSource(completeLeadSource({}), completeLeadSource({ [field]: '' }))).toBe(false);
  });
});
