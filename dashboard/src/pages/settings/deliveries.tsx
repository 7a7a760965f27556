import type { WebhookDelivery } from '@leadsource/client';
import { useAction, useAsked } from '../../asked.ts';
import { type View, viewLink } from '../../location.ts';
import { Button } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Pager, pageOf } from '../../parts/pager.tsx';
import { Show } from '../../parts/show.tsx';
import { type Column, Table } from '../../parts/table.tsx';
import { Trouble } from '../../parts/trouble.tsx';

/** What became of each message to a webhook. */
export function Deliveries({ view: { query } }: { view: View }) {
  const offset = Number(query.get('offset') ?? 0);
  const asked = useAsked(
    (client, signal) => pageOf(client.getTrackingWebhookCollection({ limit: 50, offset }, { signal })),
    [offset],
  );
  const resend = useAction(async (client, delivery: WebhookDelivery) => {
    await client.postTrackingWebhookResendRequest({ id: delivery.id });
    asked.again();
  });
  const columns: readonly Column<WebhookDelivery>[] = [
    { title: 'Created', cell: ({ createdTime }) => <Moment time={createdTime} /> },
    { title: 'Event', cell: ({ eventType }) => eventType },
    { title: 'Customer', cell: ({ entityId }) => <a href={viewLink(['customers', entityId])}>{entityId}</a> },
    { title: 'State', cell: (delivery) => <DeliveryState delivery={delivery} /> },
    {
      title: 'To',
      cell: ({ webhookId }) => <a href={viewLink(['settings', 'webhooks', webhookId])}>{webhookId}</a>,
    },
    { title: 'Attempts', isNumber: true, cell: ({ attempt }) => attempt },
    {
      title: 'Action',
      cell: (delivery) => (
        <Button
          class="plain"
          isOff={resend.isRunning || delivery.deliveryStatus === 'pending'}
          aria-label={`Send again: ${delivery.eventType} of ${delivery.entityId}`}
          onClick={() => resend.run(delivery)}
        >
          Send again
        </Button>
      ),
    },
  ];
  return (
    <>
      {resend.error !== undefined && <Trouble error={resend.error} />}
      <p>
        <button type="button" onClick={asked.again}>
          Refresh
        </button>
      </p>
      <Show asked={asked}>
        {(page) =>
          page.total === 0 ? (
            <Empty title="Nothing has been sent yet.">
              The next change of a customer's lead source will be. Change one, then refresh.
            </Empty>
          ) : (
            <>
              <Table caption="Deliveries" columns={columns} rows={page.items} keyOf={({ id }) => id} />
              <Pager page={page} />
            </>
          )
        }
      </Show>
    </>
  );
}

function DeliveryState({ delivery }: { delivery: WebhookDelivery }) {
  const { deliveryStatus, status, error, response } = delivery;
  const tone = deliveryStatus === 'delivered' ? 'good' : deliveryStatus === 'failed' ? 'bad' : '';
  const why = [status, error, response].filter((part) => part !== null && part !== '').join(': ');
  return (
    <>
      <span class={`tag ${tone}`}>{deliveryStatus}</span> <span class="cut faint">{why}</span>
    </>
  );
}
