import type { ChannelRules } from '@leadsource/client';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../parts/button.tsx';
import { LinesArea } from '../parts/field.tsx';
import { filled } from '../parts/form-faults.ts';

export type Rule = ChannelRules['rules'][number];
type Condition = Rule['when'][number];
type Field = Condition['field'];
type Operation = Condition['op'];

/** A rule with a key of its own, by which the page recognizes it when it is moved. */
export type KeyedRule = Rule & { readonly key: number };

let lastKey = 0;
export const keyedRules = (rules: readonly Rule[]): KeyedRule[] =>
  rules.map((rule) => ({ ...rule, key: ++lastKey }));
export const newRule = (): KeyedRule => ({
  key: ++lastKey,
  channel: '',
  when: [{ field: 'source', op: 'equals', value: '' }],
});

const fieldNames: Readonly<Record<Field, string>> = {
  medium: 'medium',
  source: 'source',
  campaign: 'campaign',
  term: 'term',
  content: 'content',
  affiliate: 'affiliate',
  subAffiliate: 'sub-affiliate',
  salesAgent: 'sales agent',
  referrerHost: 'referring host',
  clickIdKind: 'kind of click id',
  siteClass: 'kind of site',
  paid: 'paid traffic',
  shoppingCampaign: 'shopping campaign',
};
const flags: ReadonlySet<Field> = new Set(['paid', 'shoppingCampaign']);
const operationNames: Readonly<Record<Operation, string>> = {
  equals: 'is',
  startsWith: 'begins with',
  endsWith: 'ends with',
  contains: 'contains',
  in: 'is one of',
  isNull: 'is not set',
};

interface RuleParts {
  readonly rule: KeyedRule;
  readonly place: number;
  readonly count: number;
  readonly change: (rule: KeyedRule) => void;
  readonly remove: () => void;
  readonly move: (to: number) => void;
}

/** A rule as a sentence, which opens to be changed. */
export function RuleEditor({ rule, place, count, change, remove, move }: RuleParts) {
  const { channel } = rule;
  // A new rule starts open; whether it stays open is up to the reader.
  const [isNew] = useState(channel === '');
  const name = channel === '' ? `rule ${place + 1}` : `the rule of ${channel}`;
  return (
    <div class="rule">
      <details open={isNew}>
        <summary>
          <strong>{channel === '' ? 'New rule' : channel}</strong>{' '}
          <span class="faint">{sentenceOf(rule)}</span>
        </summary>
        <RuleFields rule={rule} isNew={isNew} change={change} />
      </details>
      <span class="rule-moves">
        <Button
          class="plain"
          isOff={place === 0}
          aria-label={`Move ${name} up`}
          onClick={() => move(place - 1)}
        >
          ↑
        </Button>
        <Button
          class="plain"
          isOff={place === count - 1}
          aria-label={`Move ${name} down`}
          onClick={() => move(place + 1)}
        >
          ↓
        </Button>
        <button type="button" class="plain" aria-label={`Remove ${name}`} onClick={remove}>
          ✕
        </button>
      </span>
    </div>
  );
}

function sentenceOf({ when }: Rule): string {
  if (when.length === 0) return 'for every touch that gets this far';
  return `when ${when.map(conditionWords).join(', and ')}`;
}

function conditionWords({ field, op, value, not }: Condition): string {
  const denial = not === true ? 'not: ' : '';
  if (op === 'isNull') return `${denial}${fieldNames[field]} is not set`;
  const told = Array.isArray(value)
    ? value.join(' or ')
    : value === true
      ? 'yes'
      : value === false
        ? 'no'
        : value;
  return `${denial}${fieldNames[field]} ${op === 'in' ? 'is' : operationNames[op]} ${told}`;
}

interface RuleFieldsParts extends Pick<RuleParts, 'rule' | 'change'> {
  readonly isNew: boolean;
}

function RuleFields({ rule, isNew, change }: RuleFieldsParts) {
  const id = useId();
  const first = useRef<HTMLInputElement>(null);
  // A new rule may be far from the button that added it.
  useLayoutEffect(() => {
    if (isNew) first.current?.focus();
  }, []);
  const { channel, when } = rule;
  // Keeps a field that is being typed in with its condition, even if one before it is removed.
  const [keys, setKeys] = useState(() => when.map(() => ++lastKey));
  const replace = (index: number, by: Condition) => change({ ...rule, when: when.with(index, by) });
  const remove = (index: number) => {
    setKeys(keys.toSpliced(index, 1));
    change({ ...rule, when: when.toSpliced(index, 1) });
  };
  const add = () => {
    setKeys([...keys, ++lastKey]);
    change({ ...rule, when: [...when, { field: 'medium', op: 'equals', value: '' }] });
  };
  return (
    <div class="rule-fields">
      <div class="rule-head">
        <label for={id}>Channel</label>
        <input
          ref={first}
          id={id}
          value={channel}
          onInput={(event) => change({ ...rule, channel: event.currentTarget.value })}
        />
      </div>
      {when.map((condition, index) => (
        <ConditionEditor
          key={keys[index]}
          word={index === 0 ? 'when' : 'and'}
          condition={condition}
          change={(next) => replace(index, next)}
          remove={() => remove(index)}
        />
      ))}
      {when.length === 0 && <p class="faint">Matches every touch that gets this far.</p>}
      <button type="button" class="plain" onClick={add}>
        Add a condition
      </button>
    </div>
  );
}

interface ConditionParts {
  readonly word: string;
  readonly condition: Condition;
  readonly change: (condition: Condition) => void;
  readonly remove: () => void;
}

function ConditionEditor({ word, condition, change, remove }: ConditionParts) {
  const { field, op, not = false } = condition;
  const isFlag = flags.has(field);
  const operations = (Object.keys(operationNames) as Operation[]).filter(
    (name) => !isFlag || name === 'equals',
  );
  return (
    <div class="condition">
      <span>{word}</span>
      <select
        aria-label="Field"
        value={field}
        onChange={(event) => change(refitted({ ...condition, field: event.currentTarget.value as Field }))}
      >
        {(Object.keys(fieldNames) as Field[]).map((name) => (
          <option key={name} value={name}>
            {fieldNames[name]}
          </option>
        ))}
      </select>
      <select
        aria-label="Whether it must match or must not"
        value={not ? 'not' : 'yes'}
        onChange={(event) => {
          const { not: _not, ...plain } = condition;
          change(event.currentTarget.value === 'not' ? { ...plain, not: true } : plain);
        }}
      >
        <option value="yes">—</option>
        <option value="not">not:</option>
      </select>
      <select
        aria-label="How it is compared"
        value={op}
        onChange={(event) => change(refitted({ ...condition, op: event.currentTarget.value as Operation }))}
      >
        {operations.map((name) => (
          <option key={name} value={name}>
            {operationNames[name]}
          </option>
        ))}
      </select>
      <ConditionValue condition={condition} change={change} />
      <button type="button" class="plain" aria-label="Remove this condition" onClick={remove}>
        ✕
      </button>
    </div>
  );
}

function ConditionValue({ condition, change }: Pick<ConditionParts, 'condition' | 'change'>) {
  const { field, op, value } = condition;
  if (op === 'isNull') return null;
  if (flags.has(field))
    return (
      <select
        aria-label="Value"
        value={String(value)}
        onChange={(event) => change({ ...condition, value: event.currentTarget.value === 'true' })}
      >
        <option value="true">yes</option>
        <option value="false">no</option>
      </select>
    );
  if (op !== 'in')
    return (
      <input
        aria-label="Value"
        value={String(value ?? '')}
        onInput={(event) => change({ ...condition, value: event.currentTarget.value })}
      />
    );
  return (
    <LinesArea
      aria-label="Values, one per line"
      values={[value ?? []].flat().map(String)}
      change={(lines) => change({ ...condition, value: filled(lines) })}
    />
  );
}

/** The condition with a value that its field and operation can take. */
function refitted({ field, op, value, ...rest }: Condition): Condition {
  if (flags.has(field))
    return { field, op: 'equals', value: typeof value === 'boolean' ? value : true, ...rest };
  if (op === 'isNull') return { field, op, ...rest };
  const texts = [value ?? ''].flat().filter((text) => typeof text === 'string' && text !== '') as string[];
  return { field, op, value: op === 'in' ? texts : (texts[0] ?? ''), ...rest };
}
