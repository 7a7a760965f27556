import type { ChannelFacts, ChannelTuple, FlagField, TextField } from './channel.ts';

export const textOperations = ['equals', 'startsWith', 'endsWith', 'contains', 'in', 'isNull'] as const;

/** A statement about one field. Texts compare without case; an unset field equals and contains nothing. */
export type ChannelCondition = { readonly not?: boolean } & (
  | {
      readonly field: TextField;
      readonly op: 'equals' | 'startsWith' | 'endsWith' | 'contains';
      readonly value: string;
    }
  | { readonly field: TextField; readonly op: 'in'; readonly value: readonly string[] }
  | { readonly field: TextField; readonly op: 'isNull' }
  | { readonly field: FlagField; readonly op: 'equals'; readonly value: boolean }
);

/** Gives a channel to the touches for which all its conditions hold; without conditions, to all. */
export interface ChannelRule {
  readonly channel: string;
  readonly when: readonly ChannelCondition[];
}

/** Rules in their order: the first that holds decides. */
export interface ChannelRuleSet {
  readonly version: number;
  readonly rules: readonly ChannelRule[];
}

/** The channel of a touch for which no rule holds. */
const unassigned = 'Unassigned';

/** Valid rules with known members only, in a fixed order, without a `not` that is false. */
export function tidyRules(rules: readonly ChannelRule[]): readonly ChannelRule[] {
  return rules.map(({ channel, when }) => ({ channel, when: when.map(tidyCondition) }));
}

function tidyCondition(condition: ChannelCondition): ChannelCondition {
  const { field, op, not } = condition;
  const said = op === 'isNull' ? { field, op } : { field, op, value: condition.value };
  // The parts come from one condition, so they still belong together.
  return (not === true ? { ...said, not } : said) as ChannelCondition;
}

/** Compiles valid rules into a function that gives the channel of a tuple. */
export function compileChannelRules(
  { rules }: Pick<ChannelRuleSet, 'rules'>,
  factsOf: (tuple: ChannelTuple) => ChannelFacts,
): (tuple: ChannelTuple) => string {
  const find = compileRuleFinder({ rules }, factsOf);
  return (tuple) => find(tuple)?.channel ?? unassigned;
}

/** As `compileChannelRules`, but gives the rule that decides; undefined where none holds. */
export function compileRuleFinder(
  { rules }: Pick<ChannelRuleSet, 'rules'>,
  factsOf: (tuple: ChannelTuple) => ChannelFacts,
): (tuple: ChannelTuple) => ChannelRule | undefined {
  const compiled = rules.map((rule) => ({ rule, tests: rule.when.map(testOf) }));
  return (tuple) => {
    const facts = factsOf(tuple);
    return compiled.find(({ tests }) => tests.every((test) => test(facts)))?.rule;
  };
}

type Test = (facts: ChannelFacts) => boolean;

function testOf(condition: ChannelCondition): Test {
  const test = positiveTestOf(condition);
  return condition.not === true ? (facts) => !test(facts) : test;
}

function positiveTestOf(condition: ChannelCondition): Test {
  const { field, op } = condition;
  if (op === 'isNull') return (facts) => facts[field] === null;
  if (op === 'in') {
    const values = new Set(condition.value.map((value) => value.toLowerCase()));
    return (facts) => values.has(facts[condition.field] ?? '');
  }
  if (typeof condition.value === 'boolean') return (facts) => facts[field] === condition.value;
  return textTest(field as TextField, op, condition.value.toLowerCase());
}

function textTest(
  field: TextField,
  op: 'equals' | 'startsWith' | 'endsWith' | 'contains',
  value: string,
): Test {
  switch (op) {
    case 'equals':
      return (facts) => facts[field] === value;
    case 'startsWith':
      return (facts) => facts[field]?.startsWith(value) === true;
    case 'endsWith':
      return (facts) => facts[field]?.endsWith(value) === true;
    case 'contains':
      return (facts) => facts[field]?.includes(value) === true;
  }
}
