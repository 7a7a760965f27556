import type { Conversion, Touch } from '@leadsource/client';
import { useState } from 'preact/hooks';
import { useAction } from '../asked.ts';
import { formatDuration, formatMoment } from '../format.ts';
import { Confirm } from '../parts/dialog.tsx';
import { Empty } from '../parts/empty.tsx';
import { FactList } from '../parts/lead-source.tsx';
import type { Beginning } from '../parts/pager.tsx';
import { ConversionCard } from './conversion-card.tsx';

/** Up to this many conversions show their credits right away. */
const mostOpen = 5;

/** Either a touch or a conversion. */
interface HistoryMoment {
  readonly time: string;
  readonly touch?: Touch;
  readonly conversion?: Conversion;
}

/** The history from its beginning up to where all of it is known. */
export interface History {
  readonly moments: readonly HistoryMoment[];
  /** Touches and conversions together, including those that are not loaded. */
  readonly total: number;
  readonly touches: number;
  /** Null if the reader may not see them. */
  readonly conversions: number | null;
}

interface TimelineParts {
  readonly id: string;
  readonly history: History;
  readonly again: () => void;
}

/** Every touch and conversion of a customer in the order in which they occurred, with who is credited. */
export function CustomerTimeline({ id, history, again }: TimelineParts) {
  const [undone, setUndone] = useState<Touch | null>(null);
  const undo = useAction(async (client, touch: Touch) => {
    await client.deleteCustomerLeadSourceTouch({ id, touchId: touch.id });
    setUndone(null);
    again();
  });
  const { moments, touches, conversions } = history;
  const isOpen = (conversions ?? 0) <= mostOpen;
  return (
    <>
      {touches === 0 && <NoTouches />}
      {conversions === null && (
        <p class="hint">Conversions are not shown: this takes the permission conversions:read.</p>
      )}
      <ol class="touches">
        {moments.map(({ touch, conversion, time }, place) => (
          <li key={touch?.id ?? conversion?.id} class={touch === undefined ? 'conversion' : ''}>
            <p class="when">
              <strong>{formatMoment(time)}</strong>
              <Gap time={time} before={moments[place - 1]?.time} />
            </p>
            {touch !== undefined && <TouchCard touch={touch} undo={() => setUndone(touch)} />}
            {conversion !== undefined && <ConversionCard conversion={conversion} isOpen={isOpen} />}
          </li>
        ))}
      </ol>
      {undone !== null && (
        <Confirm
          title="Undo this touch?"
          verb="Undo it"
          isRunning={undo.isRunning}
          confirm={() => undo.run(undone)}
          close={() => setUndone(null)}
          error={undo.error}
        >
          <p>
            The touch of {formatMoment(undone.occurredTime)} is removed as if it had never been recorded. The
            remaining touches determine the original and the most recent one, and who is credited. This cannot
            be undone.
          </p>
        </Confirm>
      )}
    </>
  );
}

/**
 * Both in the order in which they occurred; at the same moment, touches come first, since they led to the conversion. If only the
 * beginning of one list is loaded, nothing later than its end is shown, since more of it may belong in between.
 */
export function momentsOf(touches: Beginning<Touch>, conversions: Beginning<Conversion> | null): History {
  const all: HistoryMoment[] = [
    ...touches.items.map((touch) => ({ time: touch.occurredTime, touch })),
    ...(conversions?.items ?? []).map((conversion) => ({ time: conversion.occurredTime, conversion })),
  ];
  const end = Math.min(endOf(touches), conversions === null ? Number.POSITIVE_INFINITY : endOf(conversions));
  return {
    moments: all
      .filter(({ time }) => Date.parse(time) <= end)
      .toSorted((one, other) => Date.parse(one.time) - Date.parse(other.time)),
    total: touches.total + (conversions?.total ?? 0),
    touches: touches.total,
    conversions: conversions?.total ?? null,
  };
}

function endOf({ items, total }: Beginning<{ readonly occurredTime: string }>): number {
  const last = items.at(-1);
  return last === undefined || items.length >= total
    ? Number.POSITIVE_INFINITY
    : Date.parse(last.occurredTime);
}

function NoTouches() {
  return (
    <Empty title="This customer has no known lead source.">
      None was recorded, or it was deleted. Send one through <a href="./docs">the API</a>, or link a visitor
      to the customer.
    </Empty>
  );
}

const positions = { original: 'Original', intermediary: 'In between', 'most-recent': 'Most recent' };
const origins: Readonly<Record<string, string>> = {
  api: 'sent to the API',
  capture: 'captured on a page',
  import: 'imported',
};

function TouchCard({ touch, undo }: { touch: Touch; undo: () => void }) {
  return (
    <div class="card">
      <p class="tags">
        <span class="tag">{touch.channel}</span>
        <span class={`tag ${touch.position}`}>{positions[touch.position]}</span>
        <span class="faint">
          {origins[touch.origin] ?? touch.origin} by {touch.actor}
        </span>
      </p>
      <FactList facts={touch} />
      <button type="button" class="plain" onClick={undo}>
        Undo this touch
      </button>
    </div>
  );
}

function Gap({ time, before }: { time: string; before: string | undefined }) {
  if (before === undefined) return null;
  const seconds = (Date.parse(time) - Date.parse(before)) / 1000;
  return <span class="faint"> {formatDuration(seconds)} later</span>;
}
