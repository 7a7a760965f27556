import { countFaults, fault, isObject, isOneOf, textFaults } from './body-faults.ts';
import { flagFields, textFields } from './channel.ts';
import { textOperations } from './channel-rules.ts';
import type { InvalidField } from './failure.ts';
import { siteClasses } from './site.ts';

export const channelRuleLimits = {
  rules: 200,
  conditions: 20,
  /** Of one `in` condition. */
  values: 500,
  /** In code points. */
  valueLength: 512,
  /** In code points. */
  channelLength: 64,
} as const;

/** All faults of what should be `{rules: […]}`; unknown members are ignored. */
export function channelRuleFaults(candidate: unknown): readonly InvalidField[] {
  if (!isObject(candidate)) return [fault('', 'must be an object')];
  const { rules } = candidate;
  if (!Array.isArray(rules)) return [fault('rules', 'must be an array')];
  return [
    ...countFaults('rules', rules, 1, channelRuleLimits.rules),
    ...rules.flatMap((rule, place) => ruleFaults(`rules.${place}`, rule)),
  ];
}

function ruleFaults(path: string, rule: unknown): readonly InvalidField[] {
  if (!isObject(rule)) return [fault(path, 'must be an object')];
  const { channel, when } = rule;
  const ofChannel = textFaults(`${path}.channel`, channel, channelRuleLimits.channelLength);
  if (!Array.isArray(when)) return [...ofChannel, fault(`${path}.when`, 'must be an array')];
  return [
    ...ofChannel,
    ...countFaults(`${path}.when`, when, 0, channelRuleLimits.conditions),
    ...when.flatMap((condition, place) => conditionFaults(`${path}.when.${place}`, condition)),
  ];
}

function conditionFaults(path: string, condition: unknown): readonly InvalidField[] {
  if (!isObject(condition)) return [fault(path, 'must be an object')];
  const { field, op, value, not } = condition;
  const ofNot =
    not === undefined || typeof not === 'boolean' ? [] : [fault(`${path}.not`, 'must be true or false')];
  if (isOneOf(flagFields, field)) return [...ofNot, ...flagFaults(path, op, value)];
  const ofField = isOneOf(textFields, field)
    ? []
    : [fault(`${path}.field`, `must be one of ${[...textFields, ...flagFields].join(', ')}`)];
  const ofOperation = isOneOf(textOperations, op)
    ? valueFaults(`${path}.value`, field, op, value)
    : [fault(`${path}.op`, `must be one of ${textOperations.join(', ')}`)];
  return [...ofNot, ...ofField, ...ofOperation];
}

function flagFaults(path: string, op: unknown, value: unknown): readonly InvalidField[] {
  return [
    ...(op === 'equals' ? [] : [fault(`${path}.op`, 'must be equals for this field')]),
    ...(typeof value === 'boolean' ? [] : [fault(`${path}.value`, 'must be true or false for this field')]),
  ];
}

function valueFaults(
  path: string,
  field: unknown,
  op: (typeof textOperations)[number],
  value: unknown,
): readonly InvalidField[] {
  if (op === 'isNull')
    return value === undefined || value === null ? [] : [fault(path, 'must be absent with isNull')];
  if (op !== 'in')
    return op === 'equals'
      ? wholeValueFaults(path, field, value)
      : textFaults(path, value, channelRuleLimits.valueLength);
  if (!Array.isArray(value)) return [fault(path, 'must be an array with in')];
  return [
    ...countFaults(path, value, 1, channelRuleLimits.values),
    ...value.flatMap((one, place) => wholeValueFaults(`${path}.${place}`, field, one)),
  ];
}

/** A value that nothing can equal is refused as a slip of the pen. */
function wholeValueFaults(path: string, field: unknown, value: unknown): readonly InvalidField[] {
  const faults = textFaults(path, value, channelRuleLimits.valueLength);
  if (faults.length > 0 || field !== 'siteClass' || typeof value !== 'string') return faults;
  return isOneOf(siteClasses, value.toLowerCase())
    ? []
    : [fault(path, `must be one of ${siteClasses.join(', ')}`)];
}
