import type { LeadSource, TimelineMessage } from '@leadsource/client';
import { ProblemError } from '@leadsource/client';
import { useAsked } from '../asked.ts';
import { filterText } from '../filter.ts';
import { formatMoment } from '../format.ts';
import { viewLink } from '../location.ts';
import { FactList } from '../parts/lead-source.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Show } from '../parts/show.tsx';
import { CustomerTimeline, mostShown } from './customer-timeline.tsx';

export function CustomerPage({ id }: { id: string }) {
  const asked = useAsked(
    async (client, signal) => {
      const [customer, touches, leadSource, timeline, conversions] = await Promise.all([
        client.getCustomer({ id }, { signal }),
        client.getCustomerLeadSourceCollection({ id, limit: mostShown }, { signal }),
        client.getCustomerLeadSource({ id }, { signal }).catch(orNull),
        client.getCustomerTimelineCollection({ id, limit: mostShown }, { signal }),
        client
          .getConversionCollection(
            { filter: `customerId:${filterText(id)}`, sort: 'occurredTime', limit: mostShown },
            { signal },
          )
          .catch(orNull),
      ]);
      return { customer, touches, leadSource, timeline, conversions };
    },
    [id],
  );
  return (
    <>
      <p class="crumbs">
        <a href={viewLink(['customers'])}>Customers</a>
      </p>
      <PageHead title={id} />
      <Show asked={asked}>
        {({ customer, touches, leadSource, timeline, conversions }) => (
          <>
            <p class="faint">
              Known here since {formatMoment(customer.createdTime)}, changed{' '}
              {formatMoment(customer.updatedTime)}.
            </p>
            {leadSource !== null && <Sides leadSource={leadSource} />}
            <h2>Touches and conversions</h2>
            <CustomerTimeline id={id} touches={touches} conversions={conversions} again={asked.again} />
            <h2>What happened</h2>
            <Messages timeline={timeline} />
          </>
        )}
      </Show>
    </>
  );
}

/** A customer without a lead source is one like any other; and who may not see conversions may see the rest. */
function orNull(error: unknown): null {
  if (error instanceof ProblemError && (error.status === 404 || error.status === 403)) return null;
  throw error;
}

function Sides({ leadSource }: { leadSource: LeadSource }) {
  return (
    <div class="pair">
      <section class="card">
        <h2>Original</h2>
        <FactList facts={leadSource.original} />
      </section>
      <section class="card">
        <h2>Most recent</h2>
        <FactList facts={leadSource} />
      </section>
    </div>
  );
}

function Messages({ timeline }: { timeline: readonly TimelineMessage[] }) {
  if (timeline.length === 0) return <p class="faint">Nothing yet.</p>;
  return (
    <ol class="messages">
      {timeline.map(({ id, occurredTime, message }) => (
        <li key={id}>
          <time dateTime={occurredTime}>{formatMoment(occurredTime)}</time> {message}
        </li>
      ))}
    </ol>
  );
}
