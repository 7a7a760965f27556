import type { Webhook } from '@leadsource/client';
import { useState } from 'preact/hooks';
import { useAction, useAsked } from '../../asked.ts';
import { goTo, viewLink } from '../../location.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { Show } from '../../parts/show.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { SigningSecret, WebhookState } from './webhooks.tsx';

/** A webhook, and what can be done with it. */
export function WebhookPage({ id }: { id: string }) {
  const asked = useAsked((client, signal) => client.getWebhook({ id }, { signal }), [id]);
  return (
    <>
      <p class="crumbs">
        <a href={viewLink(['settings', 'webhooks'])}>Webhooks</a>
      </p>
      <Show asked={asked}>{(webhook) => <Controls webhook={webhook} again={asked.again} />}</Show>
    </>
  );
}

function Controls({ webhook, again }: { webhook: Webhook; again: () => void }) {
  const { id, url, status } = webhook;
  const [isDeleting, setIsDeleting] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const isActive = status === 'active';
  const turn = useAction(async (client) => {
    // Read again first, since somebody else may have changed the rest of it.
    const { url, method, eventsFilter, headers } = await client.getWebhook({ id });
    await client.putWebhook({
      id,
      body: { url, method, eventsFilter, headers, status: isActive ? 'inactive' : 'active' },
    });
    again();
  });
  const renew = useAction(async (client) => {
    const { secret: next } = await client.postWebhookSecret({ id });
    setSecret(next);
  });
  const remove = useAction(async (client) => {
    await client.deleteWebhook({ id });
    goTo(viewLink(['settings', 'webhooks']));
  });
  const error = turn.error ?? renew.error;
  return (
    <section class="card">
      <h2 class="wrap">{url}</h2>
      <p>
        <WebhookState webhook={webhook} />
      </p>
      <div class="actions">
        <Button isOff={turn.isRunning} onClick={() => turn.run()}>
          {isActive ? 'Make inactive' : 'Make active'}
        </Button>
        <Button isOff={renew.isRunning} onClick={() => renew.run()}>
          Replace the secret
        </Button>
        <button type="button" class="danger" onClick={() => setIsDeleting(true)}>
          Remove
        </button>
      </div>
      {error !== undefined && <Trouble error={error} />}
      {secret !== null && <SigningSecret secret={secret} close={() => setSecret(null)} />}
      {isDeleting && (
        <Confirm
          title="Remove this webhook?"
          verb="Remove it"
          isRunning={remove.isRunning}
          confirm={() => remove.run()}
          close={() => setIsDeleting(false)}
          error={remove.error}
        >
          <p>Deliveries on their way to it are given up. This cannot be undone.</p>
        </Confirm>
      )}
    </section>
  );
}
