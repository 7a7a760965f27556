import type { PrivacySettings, RetentionDryRun } from '@leadsource/client';
import { useState } from 'preact/hooks';
import { useAction, useAsked } from '../../asked.ts';
import { formatCount } from '../../format.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { formFaults } from '../../parts/form-faults.ts';
import { Show } from '../../parts/show.tsx';
import { Trouble } from '../../parts/trouble.tsx';

/** How long data is kept. Shows what would be lost before it can be. */
export function Privacy() {
  const asked = useAsked((client, signal) => client.getPrivacySettings({}, { signal }), []);
  return (
    <Show asked={asked}>
      {(settings) => <Form key={settings.version} inForce={settings} again={asked.again} />}
    </Show>
  );
}

const fields = {
  removeTouchesAfterDays: { label: 'Remove touches after … days' },
  stripTouchesAfterDays: { label: 'Strip touches after … days' },
  forgetVisitorsAfterDays: { label: 'Forget unlinked visitors after … days' },
};

const textOf = (days: number | null) => (days === null ? '' : String(days));
const daysOf = (text: string) => (text === '' ? null : Number(text));

function Form({ inForce, again }: { inForce: PrivacySettings; again: () => void }) {
  const [remove, setRemove] = useState(textOf(inForce.removeTouchesAfterDays));
  const [strip, setStrip] = useState(textOf(inForce.stripTouchesAfterDays));
  const [forget, setForget] = useState(textOf(inForce.forgetVisitorsAfterDays));
  const [tried, setTried] = useState<{ text: string; answer: RetentionDryRun } | null>(null);
  const asks = {
    removeTouchesAfterDays: daysOf(remove),
    stripTouchesAfterDays: daysOf(strip),
    forgetVisitorsAfterDays: daysOf(forget),
  };
  const text = JSON.stringify(asks);
  const isTried = tried?.text === text;
  const tryOut = useAction(async (client) => {
    setTried({ text, answer: await client.postPrivacySettingsDryRun({ body: asks }) });
  });
  const save = useAction(async (client) => {
    await client.putPrivacySettings({ body: { version: inForce.version, ...asks } });
    again();
  });
  const { named, nameOf } = formFaults(fields, tryOut.error ?? save.error);
  return (
    <form
      class="settings"
      onSubmit={(event) => {
        event.preventDefault();
        void tryOut.run();
      }}
    >
      <h2>How long data is kept</h2>
      <TextField
        {...named('removeTouchesAfterDays')}
        hint="If empty, never."
        type="number"
        min={1}
        value={remove}
        change={setRemove}
      />
      <TextField
        {...named('stripTouchesAfterDays')}
        hint="They lose click id, path and referrer; their campaign stays. If empty, never."
        type="number"
        min={1}
        value={strip}
        change={setStrip}
      />
      <TextField
        {...named('forgetVisitorsAfterDays')}
        hint="If empty, the default applies."
        type="number"
        min={1}
        value={forget}
        change={setForget}
      />
      <div class="actions">
        <Button type="submit" isOff={tryOut.isRunning}>
          Show what would be lost
        </Button>
        <Button class="main" isOff={!isTried || save.isRunning} onClick={() => save.run()}>
          Put in force
        </Button>
      </div>
      <p class="hint" role="status">
        {isTried && tried !== null ? lossOf(tried.answer) : `Version ${inForce.version} is in force.`}
      </p>
      {tryOut.error !== undefined && <Trouble error={tryOut.error} nameOf={nameOf} />}
      {save.error !== undefined && <Trouble error={save.error} again={again} nameOf={nameOf} />}
    </form>
  );
}

function lossOf({ touchesToRemove, touchesToStrip, customers, visitorsToForget }: RetentionDryRun): string {
  const [removed, stripped] = [formatCount(touchesToRemove), formatCount(touchesToStrip)];
  const losses = [
    ...(touchesToRemove + touchesToStrip > 0
      ? [
          `${removed} touches would be removed and ${stripped} stripped, of ${formatCount(customers)} customers.`,
        ]
      : []),
    ...(visitorsToForget > 0
      ? [`${formatCount(visitorsToForget)} unlinked visitors would be forgotten, with their touches.`]
      : []),
  ];
  if (losses.length === 0) return 'Nothing would be lost now.';
  return [...losses, 'What is lost cannot be recovered.'].join(' ');
}
