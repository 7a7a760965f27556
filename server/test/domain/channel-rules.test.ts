import { describe, expect, test } from 'vitest';
import type { ChannelTuple } from '../../src/domain/channel.ts';
import { channelRuleFaults, channelRuleLimits } from '../../src/domain/channel-rule-faults.ts';
import {
  type ChannelCondition,
  compileChannelRules,
  compileRuleFinder,
} from '../../src/domain/channel-rules.ts';
import { defaultChannelRules } from '../../src/domain/default-channel-rules.ts';
import { factsOfTuple, tupleWith } from '../support/landings.ts';

function holds(condition: ChannelCondition, tuple: Partial<ChannelTuple>): boolean {
  const rules = [{ channel: 'yes', when: [condition] }];
  return compileChannelRules({ rules }, factsOfTuple)(tupleWith(tuple)) === 'yes';
}

describe('a condition', () => {
  const campaign = 'Spring-Sale';

  test.each([
    [{ field: 'campaign', op: 'equals', value: 'SPRING-sale' }, true],
    [{ field: 'campaign', op: 'equals', value: 'spring' }, false],
    [{ field: 'campaign', op: 'startsWith', value: 'SPRING' }, true],
    [{ field: 'campaign', op: 'startsWith', value: 'sale' }, false],
    [{ field: 'campaign', op: 'endsWith', value: 'Sale' }, true],
    [{ field: 'campaign', op: 'endsWith', value: 'spring' }, false],
    [{ field: 'campaign', op: 'contains', value: 'G-S' }, true],
    [{ field: 'campaign', op: 'contains', value: 'gs' }, false],
    [{ field: 'campaign', op: 'in', value: ['x', 'SPRING-SALE'] }, true],
    [{ field: 'campaign', op: 'in', value: ['x', ''] }, false],
    [{ field: 'campaign', op: 'isNull' }, false],
    [{ field: 'term', op: 'isNull' }, true],
  ] as const)('%j is %s', (condition, expected) => {
    expect(holds(condition, { campaign })).toBe(expected);
    expect(holds({ ...condition, not: true }, { campaign })).toBe(!expected);
    expect(holds({ ...condition, not: false }, { campaign })).toBe(expected);
  });

  test('on an unset field holds only as isNull, and an empty text is unset', () => {
    for (const term of [null, '']) {
      for (const op of ['equals', 'startsWith', 'endsWith', 'contains'] as const) {
        expect(holds({ field: 'term', op, value: 'x' }, { term })).toBe(false);
      }
      expect(holds({ field: 'term', op: 'in', value: ['x', 'null'] }, { term })).toBe(false);
      expect(holds({ field: 'term', op: 'isNull' }, { term })).toBe(true);
    }
  });

  test('can ask what follows from the tuple', () => {
    const tuple = {
      source: 'fb-ads',
      campaign: 'eshop',
      referrerHost: 'L.facebook.com',
      clickIdKind: 'fbclid',
    };
    expect(holds({ field: 'siteClass', op: 'equals', value: 'Social' }, tuple)).toBe(true);
    expect(holds({ field: 'paid', op: 'equals', value: true }, tuple)).toBe(true);
    expect(holds({ field: 'paid', op: 'equals', value: false }, tuple)).toBe(false);
    expect(holds({ field: 'shoppingCampaign', op: 'equals', value: true }, tuple)).toBe(true);
    expect(holds({ field: 'referrerHost', op: 'endsWith', value: '.facebook.com' }, tuple)).toBe(true);
    expect(holds({ field: 'clickIdKind', op: 'in', value: ['FBCLID'] }, tuple)).toBe(true);
  });

  test('sees no referrer in one that only interrupted a visit', () => {
    expect(holds({ field: 'referrerHost', op: 'isNull' }, { referrerHost: 'checkout.stripe.com' })).toBe(
      true,
    );
  });
});

describe('rules', () => {
  const rules = [
    {
      channel: 'Both',
      when: [
        { field: 'medium', op: 'equals', value: 'a' },
        { field: 'source', op: 'equals', value: 'b' },
      ],
    },
    { channel: 'One', when: [{ field: 'medium', op: 'equals', value: 'a' }] },
  ] as const;

  test('hold when all their conditions do, and the first that holds decides', () => {
    const channelOf = compileChannelRules({ rules }, factsOfTuple);
    expect(channelOf(tupleWith({ medium: 'A', source: 'B' }))).toBe('Both');
    expect(channelOf(tupleWith({ medium: 'a' }))).toBe('One');
    expect(channelOf(tupleWith({ source: 'b' }))).toBe('Unassigned');
  });

  test('can be asked which of them decided', () => {
    const ruleOf = compileRuleFinder({ rules }, factsOfTuple);
    expect(ruleOf(tupleWith({ medium: 'a' }))).toBe(rules[1]);
    expect(ruleOf(tupleWith({}))).toBeUndefined();
  });

  test('without conditions hold for any', () => {
    const channelOf = compileChannelRules({ rules: [{ channel: 'All', when: [] }] }, factsOfTuple);
    expect(channelOf(tupleWith({}))).toBe('All');
  });
});

describe('a set of rules', () => {
  const condition = { field: 'medium', op: 'equals', value: 'cpc' };
  const withCondition = (changes: object) => ({
    rules: [{ channel: 'X', when: [{ ...condition, ...changes }] }],
  });

  test('is valid by default, also as JSON', () => {
    expect(channelRuleFaults(defaultChannelRules)).toEqual([]);
    expect(channelRuleFaults(JSON.parse(JSON.stringify(defaultChannelRules)))).toEqual([]);
  });

  test.each([
    [null, ['']],
    [[], ['']],
    [{}, ['rules']],
    [{ rules: {} }, ['rules']],
    [{ rules: [] }, ['rules']],
    [{ rules: [1, null] }, ['rules.0', 'rules.1']],
    [{ rules: [{}] }, ['rules.0.channel', 'rules.0.when']],
    [{ rules: [{ channel: '', when: [7] }] }, ['rules.0.channel', 'rules.0.when.0']],
    [{ rules: [{ channel: 'x'.repeat(65), when: [] }] }, ['rules.0.channel']],
    [withCondition({ field: 'path' }), ['rules.0.when.0.field']],
    [withCondition({ field: 'toString', op: 'matches' }), ['rules.0.when.0.field', 'rules.0.when.0.op']],
    [withCondition({ op: undefined, not: 'yes' }), ['rules.0.when.0.not', 'rules.0.when.0.op']],
    [withCondition({ value: undefined }), ['rules.0.when.0.value']],
    [withCondition({ value: '' }), ['rules.0.when.0.value']],
    [withCondition({ value: 'a\0' }), ['rules.0.when.0.value']],
    [withCondition({ value: ['cpc'] }), ['rules.0.when.0.value']],
    [withCondition({ value: '😀'.repeat(513) }), ['rules.0.when.0.value']],
    [withCondition({ op: 'isNull' }), ['rules.0.when.0.value']],
    [withCondition({ op: 'in' }), ['rules.0.when.0.value']],
    [withCondition({ op: 'in', value: [] }), ['rules.0.when.0.value']],
    [withCondition({ op: 'in', value: ['a', 1, ''] }), ['rules.0.when.0.value.1', 'rules.0.when.0.value.2']],
    [withCondition({ field: 'paid' }), ['rules.0.when.0.value']],
    [withCondition({ field: 'paid', op: 'contains', value: true }), ['rules.0.when.0.op']],
    [withCondition({ field: 'siteClass', value: 'searching' }), ['rules.0.when.0.value']],
    [withCondition({ field: 'siteClass', op: 'in', value: ['ai', 'x'] }), ['rules.0.when.0.value.1']],
  ])('%# is told all its faults: %j', (candidate, fields) => {
    const faults = channelRuleFaults(candidate);
    expect(faults.map(({ field }) => field)).toEqual(fields);
    for (const { message } of faults) expect(message).toMatch(/^must .+[^.]$/);
  });

  test.each([
    withCondition({}),
    withCondition({ not: true, unknown: 1 }),
    withCondition({ value: '😀'.repeat(512) }),
    withCondition({ op: 'isNull', value: null }),
    withCondition({ field: 'paid', value: false }),
    withCondition({ field: 'siteClass', value: 'AI' }),
    { version: 7, rules: [{ channel: 'All', when: [] }] },
  ])('%# is valid: %j', (candidate) => {
    expect(channelRuleFaults(candidate)).toEqual([]);
  });

  test('has its limits', () => {
    const rule = { channel: 'X', when: [] };
    const { rules, conditions, values } = channelRuleLimits;
    const full = (count: number) => ({ rules: Array.from({ length: count }, () => rule) });
    expect(channelRuleFaults(full(rules))).toEqual([]);
    expect(channelRuleFaults(full(rules + 1)).map(({ field }) => field)).toEqual(['rules']);
    const when = Array.from({ length: conditions + 1 }, () => condition);
    expect(channelRuleFaults({ rules: [{ channel: 'X', when }] }).map(({ field }) => field)).toEqual([
      'rules.0.when',
    ]);
    const value = Array.from({ length: values + 1 }, (_, place) => `${place}`);
    expect(channelRuleFaults(withCondition({ op: 'in', value })).map(({ field }) => field)).toEqual([
      'rules.0.when.0.value',
    ]);
  });
});
