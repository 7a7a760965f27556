import { type ChannelMoves, type ChannelRules, ProblemError } from '@leadsource/client';
import { useState } from 'preact/hooks';
import { useAction, useAsked } from '../asked.ts';
import { formatMoment } from '../format.ts';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Show } from '../parts/show.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { Moves } from './channel-moves.tsx';
import { type KeyedRule, keyedRules, newRule, type Rule, RuleEditor } from './channel-rule.tsx';

/** The rules that give touches their channel. Changes are tried before they are put in force. */
export function Channels() {
  const asked = useAsked((client, signal) => client.getChannelRules({}, { signal }), []);
  return (
    <>
      <PageHead
        title="Channels"
        lead="The first rule that matches gives a touch its channel, past touches included. A touch that no rule matches is Unassigned."
      />
      <Show asked={asked}>
        {(rules) => <Editor key={rules.version} inForce={rules} again={asked.again} />}
      </Show>
    </>
  );
}

function Editor({ inForce, again }: { inForce: ChannelRules; again: () => void }) {
  const [rules, setRules] = useState(() => keyedRules(inForce.rules));
  const [days, setDays] = useState('30');
  const [tried, setTried] = useState<{ text: string; moves: ChannelMoves } | null>(null);
  const text = textOf(rules);
  const isChanged = text !== JSON.stringify(inForce.rules);
  const isTried = tried?.text === text;
  const tryOut = useAction(async (client) => {
    const body = { rules: plainRules(rules), days: Number(days) };
    setTried({ text, moves: await client.postChannelRulesDryRun({ body }) });
  });
  const save = useAction(async (client) => {
    await client.putChannelRules({ body: { version: inForce.version, rules: plainRules(rules) } });
    again();
  });
  return (
    <>
      <InForce rules={inForce} again={again} />
      <RuleList rules={rules} change={setRules} />
      <section class="card stick" aria-label="Try and save">
        <div class="filters">
          <TextField
            label="Try on the last … days"
            type="number"
            min={1}
            max={3660}
            value={days}
            change={setDays}
          />
          <Button isOff={!isChanged || tryOut.isRunning} onClick={() => tryOut.run()}>
            {tryOut.isRunning ? 'Trying…' : 'Try these rules'}
          </Button>
          <Button class="main" isOff={!isChanged || !isTried || save.isRunning} onClick={() => save.run()}>
            Put in force
          </Button>
          {isChanged && (
            <button type="button" class="plain" onClick={() => setRules(keyedRules(inForce.rules))}>
              Discard changes
            </button>
          )}
        </div>
        <p class="hint" role="status">
          {hintFor(isChanged, isTried)}
        </p>
        {tryOut.error !== undefined && <Trouble error={tryOut.error} nameOf={nameOf} />}
        {save.error !== undefined && (
          // To load the rules anew gives up what was changed here.
          <Trouble error={save.error} again={isConflict(save.error) ? again : undefined} nameOf={nameOf} />
        )}
        {isChanged && isTried && tried !== null && <Moves moves={tried.moves} />}
      </section>
    </>
  );
}

const isConflict = (error: unknown) => error instanceof ProblemError && error.status === 409;

function hintFor(isChanged: boolean, isTried: boolean): string {
  if (!isChanged) return 'These rules are in force. Change one to see what it would do.';
  return isTried
    ? 'Tried. Nothing changes until you put the rules in force.'
    : 'Try your rules first: you see which touches would move before anything changes.';
}

/** Rules are counted from 1, and so are their conditions. */
function nameOf(field: string): string | undefined {
  const [, rule, condition, part] = /^rules\.(\d+)(?:\.when\.(\d+))?(?:\.(\w+))?/.exec(field) ?? [];
  if (rule === undefined) return undefined;
  const within = condition === undefined ? part : `condition ${Number(condition) + 1}`;
  return [`Rule ${Number(rule) + 1}`, within].filter((name) => name !== undefined).join(', ');
}

const plainRules = (rules: readonly KeyedRule[]): Rule[] => rules.map(({ key: _key, ...rule }) => rule);
const textOf = (rules: readonly KeyedRule[]) => JSON.stringify(plainRules(rules));

function InForce({ rules, again }: { rules: ChannelRules; again: () => void }) {
  const [isAsking, setIsAsking] = useState(false);
  const reset = useAction(async (client) => {
    await client.deleteChannelRules();
    setIsAsking(false);
    again();
  });
  if (rules.isDefault)
    return (
      <p class="faint">
        Version {rules.version}: the rules that come with leadsource, which keeps them up to date.
      </p>
    );
  return (
    <>
      <p class="faint">
        Version {rules.version}
        {rules.createdTime !== null && `, since ${formatMoment(rules.createdTime)}`}
        {rules.actor !== null && ` by ${rules.actor}`}.{' '}
        <button type="button" class="plain" onClick={() => setIsAsking(true)}>
          Go back to the default rules
        </button>
      </p>
      {isAsking && (
        <Confirm
          title="Go back to the default rules?"
          verb="Go back"
          isRunning={reset.isRunning}
          confirm={() => reset.run()}
          close={() => setIsAsking(false)}
          error={reset.error}
        >
          <p>
            Every touch gets the channel that the default rules give it. Your rules can still be read as a
            version.
          </p>
        </Confirm>
      )}
    </>
  );
}

interface RuleListParts {
  readonly rules: readonly KeyedRule[];
  readonly change: (rules: KeyedRule[]) => void;
}

function RuleList({ rules, change }: RuleListParts) {
  const replaced = (place: number, ...by: KeyedRule[]) => change(rules.toSpliced(place, 1, ...by));
  const moved = (place: number, to: number) => {
    const rule = rules[place];
    if (rule !== undefined) change(rules.toSpliced(place, 1).toSpliced(to, 0, rule));
  };
  return (
    <>
      <ol class="rules">
        {rules.map((rule, place) => (
          <li key={rule.key}>
            <RuleEditor
              rule={rule}
              place={place}
              count={rules.length}
              change={(next) => replaced(place, next)}
              remove={() => replaced(place)}
              move={(to) => moved(place, to)}
            />
          </li>
        ))}
      </ol>
      <p>
        <button type="button" onClick={() => change([newRule(), ...rules])}>
          Add a rule at the beginning
        </button>{' '}
        <button type="button" onClick={() => change([...rules, newRule()])}>
          Add a rule at the end
        </button>
      </p>
    </>
  );
}
