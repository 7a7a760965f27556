import type { Conversion, Touch } from '@leadsource/client';
import { useState } from 'preact/hooks';
import { useAction } from '../asked.ts';
import { formatDuration, formatMoment } from '../format.ts';
import { Confirm } from '../parts/dialog.tsx';
import { Empty } from '../parts/empty.tsx';
import { FactList } from '../parts/lead-source.tsx';
import { Trouble } from '../parts/trouble.tsx';
import { ConversionCard } from './conversion-card.tsx';

export const mostShown = 200;
/** So many conversions show their credits at once. */
const mostOpen = 5;

interface TimelineParts {
  readonly id: string;
  readonly touches: readonly Touch[];
  /** Null where the reader may not see them. */
  readonly conversions: readonly Conversion[] | null;
  readonly again: () => void;
}

/** Every touch and every conversion of a customer in the order in which they occurred, with who is credited. */
export function CustomerTimeline({ id, touches, conversions, again }: TimelineParts) {
  const [undone, setUndone] = useState<Touch | null>(null);
  const undo = useAction(async (client, touch: Touch) => {
    await client.deleteCustomerLeadSourceTouch({ id, touchId: touch.id });
    setUndone(null);
    again();
  });
  const moments = momentsOf(touches, conversions ?? []);
  const isOpen = (conversions ?? []).length <= mostOpen;
  const isCut = Math.max(touches.length, conversions?.length ?? 0) === mostShown;
  return (
    <>
      {touches.length === 0 && <NoTouches />}
      {conversions === null && (
        <p class="hint">Conversions are not shown: they take the permission conversions:read.</p>
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
      {isCut && <p class="faint">Only the first {mostShown} of a kind are shown.</p>}
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
            remains says what is original and most recent, and who is credited. This cannot be undone.
          </p>
        </Confirm>
      )}
    </>
  );
}

/** A touch, or a conversion. */
interface HistoryMoment {
  readonly time: string;
  readonly touch?: Touch;
  readonly conversion?: Conversion;
}

/** Of one moment, touches come first: they led to the conversion. */
function momentsOf(touches: readonly Touch[], conversions: readonly Conversion[]): readonly HistoryMoment[] {
  const moments: HistoryMoment[] = [
    ...touches.map((touch) => ({ time: touch.occurredTime, touch })),
    ...conversions.map((conversion) => ({ time: conversion.occurredTime, conversion })),
  ];
  return moments.toSorted((one, other) => Date.parse(one.time) - Date.parse(other.time));
}

function NoTouches() {
  return (
    <Empty title="No lead source is known of this customer.">
      It was never told, or was deleted. Send one through <a href="./docs">the API</a>, or link a visitor to
      the customer.
    </Empty>
  );
}

const positions = { original: 'Original', intermediary: 'In between', 'most-recent': 'Most recent' };
const origins: Readonly<Record<string, string>> = {
  api: 'told by the API',
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
