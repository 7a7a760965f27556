import type { ApiKey, NewApiKey } from '@leadsource/client';
import { useRef, useState } from 'preact/hooks';
import { useAction } from '../../asked.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { ChoiceField, ListField, TextField } from '../../parts/field.tsx';
import { filled, formFaults } from '../../parts/form-faults.ts';
import { Trouble } from '../../parts/trouble.tsx';

type Permission = ApiKey['acl'][number];

/** The usual purposes of keys, and the permissions for each. Any other mix takes the API. */
const purposes = {
  all: ['everything that you may', null],
  read: [
    'read figures and customers',
    ['reports:read', 'conversions:read', 'lead-sources:read', 'customers:read'],
  ],
  write: [
    'send lead sources and conversions',
    ['lead-sources:write', 'customers:write', 'conversions:write', 'lead-sources:read', 'customers:read'],
  ],
} satisfies Record<string, readonly [string, readonly Permission[] | null]>;
type Purpose = keyof typeof purposes;

const fieldsOf = (origins: readonly string[]) => ({
  description: { label: 'What is it for?' },
  allowedOrigins: { label: 'Only from these origins', lines: origins },
  expiresTime: { label: 'Expires' },
});

export function NewKeyForm({ made, close }: { made: (key: NewApiKey) => void; close: () => void }) {
  const [type, setType] = useState<ApiKey['type']>('secret');
  const [description, setDescription] = useState('');
  const [purpose, setPurpose] = useState<Purpose>('read');
  const [origins, setOrigins] = useState<string[]>([]);
  const [ends, setEnds] = useState('');
  const sent = useRef(origins);
  const make = useAction(async (client) => {
    sent.current = origins;
    const expiresTime = ends === '' ? null : new Date(ends).toISOString();
    const [, acl] = purposes[purpose];
    const own = type === 'secret' ? { acl } : { allowedOrigins: filled(origins) };
    const key = await client.postApiKey({
      body: { type, description: description || null, expiresTime, ...own },
    });
    made(key);
  });
  const { named, nameOf } = formFaults(fieldsOf(sent.current), make.error);
  return (
    <Dialog title="Create a key" close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void make.run();
        }}
      >
        <ChoiceField
          label="Kind"
          value={type}
          choices={[
            ['secret', 'secret: for a program of yours'],
            ['publishable', 'publishable: for the capture tag'],
          ]}
          change={setType}
        />
        <TextField
          {...named('description')}
          value={description}
          change={setDescription}
          placeholder="Billing"
        />
        {type === 'secret' ? (
          <ChoiceField
            label="It may"
            value={purpose}
            choices={(Object.keys(purposes) as Purpose[]).map((name) => [name, purposes[name][0]] as const)}
            change={setPurpose}
          />
        ) : (
          <ListField
            {...named('allowedOrigins')}
            hint="One per line, such as https://shop.example.com; if empty, any origin."
            values={origins}
            change={setOrigins}
          />
        )}
        <TextField
          {...named('expiresTime')}
          hint="If empty, never."
          type="datetime-local"
          value={ends}
          change={setEnds}
        />
        {make.error !== undefined && <Trouble error={make.error} nameOf={nameOf} />}
        <div class="actions">
          <button type="button" onClick={close}>
            Cancel
          </button>
          <Button type="submit" class="main" isOff={make.isRunning}>
            Create it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
