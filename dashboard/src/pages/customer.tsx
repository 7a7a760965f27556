import type { LeadSource, TimelineMessage, Touch } from '@leadsource/client';
import { ProblemError } from '@leadsource/client';
import { useState } from 'preact/hooks';
import { useAction, useAsked } from '../asked.ts';
import { formatDuration, formatMoment } from '../format.ts';
import { viewLink } from '../location.ts';
import { Confirm } from '../parts/dialog.tsx';
import { Empty } from '../parts/empty.tsx';
import { FactList } from '../parts/lead-source.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { Show } from '../parts/show.tsx';
import { Trouble } from '../parts/trouble.tsx';

const mostShown = 200;

export function CustomerPage({ id }: { id: string }) {
  const asked = useAsked(
    async (client, signal) => {
      const [customer, touches, leadSource, timeline] = await Promise.all([
        client.getCustomer({ id }, { signal }),
        client.getCustomerLeadSourceCollection({ id, limit: mostShown }, { signal }),
        client.getCustomerLeadSource({ id }, { signal }).catch(orNull),
        client.getCustomerTimelineCollection({ id, limit: mostShown }, { signal }),
      ]);
      return { customer, touches, leadSource, timeline };
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
        {({ customer, touches, leadSource, timeline }) => (
          <>
            <p class="faint">
              Known here since {formatMoment(customer.createdTime)}, changed{' '}
              {formatMoment(customer.updatedTime)}.
            </p>
            {leadSource !== null && <Sides leadSource={leadSource} />}
            <h2>Touches</h2>
            <Touches id={id} touches={touches} again={asked.again} />
            <h2>What happened</h2>
            <Messages timeline={timeline} />
          </>
        )}
      </Show>
    </>
  );
}

/** A customer without a lead source is one like any other. */
function orNull(error: unknown): null {
  if (error instanceof ProblemError && error.status === 404) return null;
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

interface TouchesParts {
  readonly id: string;
  readonly touches: readonly Touch[];
  readonly again: () => void;
}

const positions = { original: 'Original', intermediary: 'In between', 'most-recent': 'Most recent' };
const origins: Readonly<Record<string, string>> = {
  api: 'told by the API',
  capture: 'captured on a page',
  import: 'imported',
};

function Touches({ id, touches, again }: TouchesParts) {
  const [undone, setUndone] = useState<Touch | null>(null);
  const undo = useAction(async (client, touch: Touch) => {
    await client.deleteCustomerLeadSourceTouch({ id, touchId: touch.id });
    setUndone(null);
    again();
  });
  if (touches.length === 0)
    return (
      <Empty title="No lead source is known of this customer.">
        It was never told, or was deleted. Send one through <a href="./docs">the API</a>, or link a visitor to
        the customer.
      </Empty>
    );
  return (
    <>
      <ol class="touches">
        {touches.map((touch, place) => (
          <li key={touch.id}>
            <p class="when">
              <strong>{formatMoment(touch.occurredTime)}</strong>
              <Gap touch={touch} before={touches[place - 1]} />
            </p>
            <div class="card">
              <p class="tags">
                <span class="tag">{touch.channel}</span>
                <span class={`tag ${touch.position}`}>{positions[touch.position]}</span>
                <span class="faint">
                  {origins[touch.origin] ?? touch.origin} by {touch.actor}
                </span>
              </p>
              <FactList facts={touch} />
              <button type="button" class="plain" onClick={() => setUndone(touch)}>
                Undo this touch
              </button>
            </div>
          </li>
        ))}
      </ol>
      {touches.length === mostShown && <p class="faint">Only the first {mostShown} are shown.</p>}
      {undone !== null && (
        <Confirm
          title="Undo this touch?"
          verb="Undo it"
          isRunning={undo.isRunning}
          confirm={() => undo.run(undone)}
          close={() => setUndone(null)}
          trouble={undo.error !== undefined && <Trouble error={undo.error} />}
        >
          <p>
            The touch of {formatMoment(undone.occurredTime)} is removed as if it had never been told. What
            remains says what is original and most recent. This cannot be undone.
          </p>
        </Confirm>
      )}
    </>
  );
}

function Gap({ touch, before }: { touch: Touch; before: Touch | undefined }) {
  if (before === undefined) return null;
  const seconds = (Date.parse(touch.occurredTime) - Date.parse(before.occurredTime)) / 1000;
  return <span class="faint"> {formatDuration(seconds)} later</span>;
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
