import type { LeadSource, TimelineMessage } from '@leadsource/client';
import { ProblemError } from '@leadsource/client';
import { useAsked } from '../asked.ts';
import { filterText } from '../filter.ts';
import { formatCount, formatMoment } from '../format.ts';
import { changeQuery, type View, viewLink } from '../location.ts';
import { FactList } from '../parts/lead-source.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { beginningOf, mostAtOnce } from '../parts/pager.tsx';
import { Show } from '../parts/show.tsx';
import { CustomerTimeline, momentsOf } from './customer-timeline.tsx';

/** How many of each kind are shown at first; each request for more doubles it. */
const shownAtFirst = 200;

export function CustomerPage({ id, view: { query } }: { id: string; view: View }) {
  const most = Math.max(shownAtFirst, Math.trunc(Number(query.get('shown'))) || 0);
  const asked = useAsked(
    async (client, signal) => {
      const page = { limit: Math.min(most, mostAtOnce) };
      const filter = `customerId:${filterText(id)}`;
      const [customer, touches, leadSource, timeline, conversions] = await Promise.all([
        client.getCustomer({ id }, { signal }),
        beginningOf(client.getCustomerLeadSourceCollection({ id, ...page }, { signal }), most),
        client.getCustomerLeadSource({ id }, { signal }).catch(orNull),
        beginningOf(client.getCustomerTimelineCollection({ id, ...page }, { signal }), most),
        beginningOf(
          client.getConversionCollection({ filter, sort: 'occurredTime', ...page }, { signal }),
          most,
        ).catch(orNull),
      ]);
      return { customer, leadSource, timeline, history: momentsOf(touches, conversions) };
    },
    [id, most],
  );
  return (
    <>
      <p class="crumbs">
        <a href={viewLink(['customers'])}>Customers</a>
      </p>
      <PageHead title={id} />
      <Show asked={asked}>
        {({ customer, leadSource, timeline, history }) => (
          <>
            <p class="faint">
              Known since {formatMoment(customer.createdTime)}, changed {formatMoment(customer.updatedTime)}.
            </p>
            {leadSource !== null && <Sides leadSource={leadSource} />}
            <h2>Touches and conversions</h2>
            <CustomerTimeline id={id} history={history} again={asked.again} />
            <More shown={history.moments.length} total={history.total} most={most} />
            <h2>What happened</h2>
            <Messages timeline={timeline.items} />
            <More shown={timeline.items.length} total={timeline.total} most={most} />
          </>
        )}
      </Show>
    </>
  );
}

/** A customer may have no lead source, and a reader who may not see conversions may still see the rest. */
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

/** How much of a list is shown, and a button for more, which the address records. */
function More({ shown, total, most }: { shown: number; total: number; most: number }) {
  if (shown >= total) return null;
  return (
    <p>
      The first {formatCount(shown)} of {formatCount(total)} are shown.{' '}
      <button type="button" onClick={() => changeQuery({ shown: most * 2 })}>
        Show more
      </button>
    </p>
  );
}

function Messages({ timeline }: { timeline: readonly TimelineMessage[] }) {
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
