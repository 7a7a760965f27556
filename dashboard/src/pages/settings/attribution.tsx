import type { AttributionSettings, Client } from '@leadsource/client';
import { useState } from 'preact/hooks';
import { useAction, useAsked } from '../../asked.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { formFaults } from '../../parts/form-faults.ts';
import { Show } from '../../parts/show.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { RecomputeProgress } from './recompute-progress.tsx';

/** How credits are given, and how far they are recomputed after a change. */
export function Attribution() {
  const asked = useAsked((client, signal) => client.getAttributionSettings({}, { signal }), []);
  return (
    <Show asked={asked}>
      {(settings) => (
        <>
          <h2>How credits are given</h2>
          {!settings.isApplied && settings.jobId !== null && (
            <RecomputeProgress id={settings.jobId} key={settings.jobId} ended={asked.again} />
          )}
          <Form key={settings.version} inForce={settings} again={asked.again} />
        </>
      )}
    </Show>
  );
}

const weightNames = ['first touch', 'touches between', 'last touch'] as const;
const fields = {
  lookbackDays: { label: 'Days to look back' },
  halfLifeDays: { label: 'Half-life in days' },
  positionWeights: { label: 'Position-based' },
  reportingTimezone: { label: 'Time zone of reports' },
};

interface Asks {
  readonly lookback: string;
  readonly halfLife: string;
  readonly weights: readonly string[];
  readonly zone: string;
}

const asksOf = (settings: AttributionSettings): Asks => ({
  lookback: String(settings.lookbackDays),
  halfLife: String(settings.halfLifeDays),
  weights: settings.positionWeights.map(String),
  zone: settings.reportingTimezone,
});

const bodyOf = ({ lookback, halfLife, weights, zone }: Asks, { version }: AttributionSettings) => ({
  version,
  lookbackDays: Number(lookback),
  halfLifeDays: Number(halfLife),
  positionWeights: weights.map(Number),
  reportingTimezone: zone.trim(),
});

function Form({ inForce, again }: { inForce: AttributionSettings; again: () => void }) {
  const [asks, setAsks] = useState(() => asksOf(inForce));
  const change = (changes: Partial<Asks>) => setAsks({ ...asks, ...changes });
  const act = useAction(async (client, work: (client: Client) => Promise<unknown>) => {
    await work(client);
    again();
  });
  const isChanged = JSON.stringify(asks) !== JSON.stringify(asksOf(inForce));
  const { named, nameOf } = formFaults(fields, act.error);
  return (
    <form
      class="settings"
      onSubmit={(event) => {
        event.preventDefault();
        void act.run((client) => client.putAttributionSettings({ body: bodyOf(asks, inForce) }));
      }}
    >
      <Rules asks={asks} change={change} named={named} />
      {act.error !== undefined && <Trouble error={act.error} nameOf={nameOf} />}
      <div class="actions">
        <Button type="submit" class="main" isOff={!isChanged || act.isRunning}>
          Save and recompute
        </Button>
        {!inForce.isDefault && (
          <Button
            isOff={act.isRunning}
            onClick={() => act.run((client) => client.deleteAttributionSettings())}
          >
            Go back to the default
          </Button>
        )}
        <span class="hint" role="status">
          {isChanged
            ? 'Not saved yet. Until all credits are recomputed, reports use the existing ones.'
            : `Version ${inForce.version} is in force.`}
        </span>
      </div>
    </form>
  );
}

interface RulesParts {
  readonly asks: Asks;
  readonly change: (changes: Partial<Asks>) => void;
  readonly named: (name: keyof typeof fields) => {
    readonly label: string;
    readonly fault: string | undefined;
  };
}

function Rules({ asks, change, named }: RulesParts) {
  return (
    <>
      <TextField
        {...named('lookbackDays')}
        hint="Counted from the conversion; earlier touches are not credited with it. 1 to 365."
        type="number"
        min={1}
        max={365}
        isRequired
        value={asks.lookback}
        change={(lookback) => change({ lookback })}
      />
      <TextField
        {...named('halfLifeDays')}
        hint="For time decay: a touch that is this many days older than another is credited half as much."
        type="number"
        step="any"
        min={0.001}
        max={365}
        isRequired
        value={asks.halfLife}
        change={(halfLife) => change({ halfLife })}
      />
      <fieldset>
        <legend>{fields.positionWeights.label}: the parts of a conversion, which add up to 1</legend>
        <div class="filters">
          {weightNames.map((name, place) => (
            <TextField
              key={name}
              label={`Of the ${name}`}
              type="number"
              step="any"
              min={0}
              max={1}
              isRequired
              value={asks.weights[place] ?? ''}
              change={(weight) => change({ weights: asks.weights.with(place, weight) })}
            />
          ))}
        </div>
      </fieldset>
      <TextField
        {...named('reportingTimezone')}
        hint="It decides when days and months begin. Example: Europe/Vienna."
        isRequired
        value={asks.zone}
        change={(zone) => change({ zone })}
      />
    </>
  );
}
