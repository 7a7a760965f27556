import type { LandingSettings } from '@leadsource/client';
import { useRef, useState } from 'preact/hooks';
import { useAction, useAsked } from '../../asked.ts';
import { Button } from '../../parts/button.tsx';
import { ChoiceField, ListField } from '../../parts/field.tsx';
import { filled, formFaults } from '../../parts/form-faults.ts';
import { Show } from '../../parts/show.tsx';
import { Trouble } from '../../parts/trouble.tsx';

type Family = LandingSettings['parameterFamilies'][number];
type Policy = LandingSettings['urlPolicy'];

const families: readonly (readonly [Family, string])[] = [
  ['matomo', 'Matomo: pk_campaign, mtm_source, …'],
  ['hubspot', 'HubSpot: hsa_cam, hsa_src, …'],
  ['plain', 'Plain: source, ref'],
];

/** The lists without blank lines. */
const bodyOf = (settings: LandingSettings): LandingSettings => ({
  ...settings,
  ownHosts: filled(settings.ownHosts),
  excludedHosts: filled(settings.excludedHosts),
  urlPolicy: {
    ...settings.urlPolicy,
    allowedParameters: filled(settings.urlPolicy.allowedParameters),
    redactedParameters: filled(settings.urlPolicy.redactedParameters),
  },
});

const fieldsOf = ({ ownHosts, excludedHosts, urlPolicy }: LandingSettings) => ({
  ownHosts: { label: 'Your own hosts', lines: ownHosts },
  excludedHosts: { label: 'Excluded referrers', lines: excludedHosts },
  'urlPolicy.allowedParameters': {
    label: 'Parameters that are kept',
    lines: urlPolicy.allowedParameters,
  },
  'urlPolicy.redactedParameters': {
    label: 'Parameters whose values are never kept',
    lines: urlPolicy.redactedParameters,
  },
});

/** How landings are read: which hosts are the site's own, and what is kept of addresses. */
export function Landing() {
  const asked = useAsked((client, signal) => client.getLandingSettings({}, { signal }), []);
  return (
    <Show asked={asked}>
      {(settings) => <Form key={settings.version} inForce={settings} again={asked.again} />}
    </Show>
  );
}

function Form({ inForce, again }: { inForce: LandingSettings; again: () => void }) {
  const [settings, setSettings] = useState(inForce);
  const change = (changes: Partial<LandingSettings>) => setSettings({ ...settings, ...changes });
  const changePolicy = (changes: Partial<Policy>) =>
    change({ urlPolicy: { ...settings.urlPolicy, ...changes } });
  const sent = useRef(settings);
  const save = useAction(async (client) => {
    sent.current = settings;
    await client.putLandingSettings({ body: bodyOf(settings) });
    again();
  });
  const isChanged = JSON.stringify(bodyOf(settings)) !== JSON.stringify(inForce);
  const { parameterFamilies, urlPolicy } = settings;
  const { named, nameOf } = formFaults(fieldsOf(sent.current), save.error);
  return (
    <form
      class="settings"
      onSubmit={(event) => {
        event.preventDefault();
        void save.run();
      }}
    >
      <h2>Exclusions</h2>
      <ListField
        {...named('ownHosts')}
        hint="One per line, such as shop.example.com; their subdomains count as well. A referrer on one of them only continues a visit."
        values={settings.ownHosts}
        change={(ownHosts) => change({ ownHosts })}
      />
      <ListField
        {...named('excludedHosts')}
        hint="Pages in the middle of a visit, such as payment and sign-in: they are not a source."
        values={settings.excludedHosts}
        change={(excludedHosts) => change({ excludedHosts })}
      />
      <h2>What is read of an address</h2>
      <fieldset>
        <legend>Campaign parameters besides utm_*</legend>
        {families.map(([family, name]) => (
          <label class="choice" key={family}>
            <input
              type="checkbox"
              checked={parameterFamilies.includes(family)}
              onChange={(event) => {
                const others = parameterFamilies.filter((one) => one !== family);
                change({ parameterFamilies: event.currentTarget.checked ? [...others, family] : others });
              }}
            />
            {name}
          </label>
        ))}
      </fieldset>
      <h2>What is kept of an address</h2>
      <ChoiceField
        label="Query of landing pages and referrers"
        value={urlPolicy.query}
        choices={[
          ['strip', 'nothing'],
          ['allow-list', 'only the parameters below'],
          ['keep', 'everything'],
        ]}
        change={(query) => changePolicy({ query })}
      />
      <ListField
        {...named('urlPolicy.allowedParameters')}
        values={urlPolicy.allowedParameters}
        change={(allowedParameters) => changePolicy({ allowedParameters })}
      />
      <ListField
        {...named('urlPolicy.redactedParameters')}
        hint="*part* stands for every name that contains the part."
        values={urlPolicy.redactedParameters}
        change={(redactedParameters) => changePolicy({ redactedParameters })}
      />
      {save.error !== undefined && <Trouble error={save.error} nameOf={nameOf} />}
      <div class="actions">
        <Button type="submit" class="main" isOff={!isChanged || save.isRunning}>
          Save
        </Button>
        <span class="hint" role="status">
          {isChanged ? 'Not saved yet.' : `Version ${inForce.version} is in force.`}
        </span>
      </div>
    </form>
  );
}
