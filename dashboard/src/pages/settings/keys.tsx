import type { ApiKey, NewApiKey } from '@leadsource/client';
import { useState } from 'preact/hooks';
import { useAction, useAsked } from '../../asked.ts';
import { Confirm, Dialog } from '../../parts/dialog.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Secret } from '../../parts/secret.tsx';
import { Show } from '../../parts/show.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { NewKeyForm } from './new-key.tsx';

export function Keys() {
  const asked = useAsked((client, signal) => client.getApiKeyCollection({ limit: 1000 }, { signal }), []);
  const [isMaking, setIsMaking] = useState(false);
  const [made, setMade] = useState<NewApiKey | null>(null);
  const [revoked, setRevoked] = useState<ApiKey | null>(null);
  const revoke = useAction(async (client, key: ApiKey) => {
    await client.deleteApiKey({ id: key.id });
    setRevoked(null);
    asked.again();
  });
  const columns: readonly Column<ApiKey>[] = [
    { title: 'Key', cell: ({ id, description }) => <KeyName id={id} description={description} /> },
    { title: 'Kind', cell: ({ type }) => type },
    {
      title: 'Permissions',
      cell: (key) => <span class="cut">{rightsOf(key)}</span>,
    },
    {
      title: 'Last used',
      cell: ({ lastUsedTime }) => (lastUsedTime === null ? 'never' : <Moment time={lastUsedTime} />),
    },
    {
      title: 'Expires',
      cell: ({ expiresTime }) => (expiresTime === null ? 'never' : <Moment time={expiresTime} />),
    },
    {
      title: 'Action',
      cell: (key) => (
        <button
          type="button"
          class="plain"
          aria-label={`Revoke ${key.description ?? key.id}`}
          onClick={() => setRevoked(key)}
        >
          Revoke
        </button>
      ),
    },
  ];
  const keep = (key: NewApiKey) => {
    setIsMaking(false);
    setMade(key);
    asked.again();
  };
  return (
    <>
      <div class="page-head">
        <h2>API keys</h2>
        <button type="button" class="main" onClick={() => setIsMaking(true)}>
          Create a key
        </button>
      </div>
      <Show asked={asked}>
        {(keys) =>
          keys.length === 0 ? (
            <Empty title="There are no keys.">Create one for each program that calls the service.</Empty>
          ) : (
            <Table caption="API keys" columns={columns} rows={keys} keyOf={({ id }) => id} />
          )
        }
      </Show>
      {isMaking && <NewKeyForm made={keep} close={() => setIsMaking(false)} />}
      {made !== null && <MadeKey apiKey={made} close={() => setMade(null)} />}
      {revoked !== null && (
        <Confirm
          title={`Revoke ${revoked.description ?? revoked.id}?`}
          verb="Revoke it"
          isRunning={revoke.isRunning}
          confirm={() => revoke.run(revoked)}
          close={() => setRevoked(null)}
          error={revoke.error}
        >
          <p>Anybody who uses it is refused from then on. This cannot be undone.</p>
        </Confirm>
      )}
    </>
  );
}

function rightsOf({ type, acl }: ApiKey): string {
  if (type === 'publishable') return 'send visits';
  return acl.includes('*') ? 'everything' : acl.join(', ');
}

function KeyName({ id, description }: Pick<ApiKey, 'id' | 'description'>) {
  return (
    <>
      {description !== null && <strong>{description}</strong>} <code>{id}</code>
    </>
  );
}

function MadeKey({ apiKey, close }: { apiKey: NewApiKey; close: () => void }) {
  return (
    <Dialog title="Copy the key now" close={close}>
      <p>It is shown only once. Only a hash of it is kept: a lost key cannot be recovered, only replaced.</p>
      <Secret label="the key" text={apiKey.secretKey ?? apiKey.publishableKey ?? ''} />
      <div class="actions">
        <button type="button" class="main" onClick={close}>
          I have copied it
        </button>
      </div>
    </Dialog>
  );
}
