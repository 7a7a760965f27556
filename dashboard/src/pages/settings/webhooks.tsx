import type { Webhook } from '@leadsource/client';
import { useState } from 'preact/hooks';
import { useAction, useAsked } from '../../asked.ts';
import { formatMoment } from '../../format.ts';
import { type View, viewLink } from '../../location.ts';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Empty } from '../../parts/empty.tsx';
import { TextField } from '../../parts/field.tsx';
import { formFaults } from '../../parts/form-faults.ts';
import { Moment } from '../../parts/moment.tsx';
import { Secret } from '../../parts/secret.tsx';
import { Show } from '../../parts/show.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { Deliveries } from './deliveries.tsx';

const columns: readonly Column<Webhook>[] = [
  { title: 'Receiver', cell: ({ id, url }) => <a href={viewLink(['settings', 'webhooks', id])}>{url}</a> },
  { title: 'State', cell: (webhook) => <WebhookState webhook={webhook} /> },
  {
    title: 'Events',
    cell: ({ eventsFilter }) => (eventsFilter.length === 0 ? 'all' : eventsFilter.join(', ')),
  },
  { title: 'Created', cell: ({ createdTime }) => <Moment time={createdTime} /> },
];

export function WebhookState({ webhook }: { webhook: Webhook }) {
  const { status, failingSinceTime, deactivation } = webhook;
  if (status === 'inactive') {
    const why =
      deactivation === 'gone'
        ? ': the receiver is gone'
        : deactivation === 'failing'
          ? ': it failed for days'
          : '';
    return <span class="tag bad">inactive{why}</span>;
  }
  if (failingSinceTime !== null)
    return <span class="tag bad">failing since {formatMoment(failingSinceTime)}</span>;
  return <span class="tag good">active</span>;
}

export function Webhooks({ view }: { view: View }) {
  const asked = useAsked((client, signal) => client.getWebhookCollection({ limit: 1000 }, { signal }), []);
  const [isMaking, setIsMaking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  return (
    <>
      <div class="page-head">
        <h2>Webhooks</h2>
        <button type="button" class="main" onClick={() => setIsMaking(true)}>
          Add a webhook
        </button>
      </div>
      <Show asked={asked}>
        {(webhooks) =>
          webhooks.length === 0 ? (
            <Empty title="There are no webhooks.">
              Add a webhook, and your own systems are told of each new lead source within moments.
            </Empty>
          ) : (
            <Table caption="Webhooks" columns={columns} rows={webhooks} keyOf={({ id }) => id} />
          )
        }
      </Show>
      <h2>Deliveries</h2>
      <Deliveries view={view} />
      {isMaking && (
        <NewWebhookForm
          made={(given) => {
            setIsMaking(false);
            setSecret(given);
            asked.again();
          }}
          close={() => setIsMaking(false)}
        />
      )}
      {secret !== null && <SigningSecret secret={secret} close={() => setSecret(null)} />}
    </>
  );
}

export function SigningSecret({ secret, close }: { secret: string; close: () => void }) {
  return (
    <Dialog title="Copy the signing secret now" close={close}>
      <p>The receiver uses it to verify that a message comes from here. It is shown only once.</p>
      <Secret label="the secret" text={secret} />
      <div class="actions">
        <button type="button" class="main" onClick={close}>
          I have copied it
        </button>
      </div>
    </Dialog>
  );
}

function NewWebhookForm({ made, close }: { made: (secret: string) => void; close: () => void }) {
  const [url, setUrl] = useState('');
  const make = useAction(async (client) => {
    const { secret } = await client.postWebhook({ body: { url } });
    made(secret);
  });
  const { named, nameOf } = formFaults({ url: { label: 'Address of the receiver' } }, make.error);
  return (
    <Dialog title="Add a webhook" close={close}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void make.run();
        }}
      >
        <TextField
          {...named('url')}
          hint="https only; the operator has to allow addresses inside your own network."
          type="url"
          isRequired
          value={url}
          change={setUrl}
        />
        {make.error !== undefined && <Trouble error={make.error} nameOf={nameOf} />}
        <div class="actions">
          <button type="button" onClick={close}>
            Cancel
          </button>
          <Button type="submit" class="main" isOff={make.isRunning}>
            Add it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
