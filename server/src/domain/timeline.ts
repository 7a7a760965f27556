import type { Customer } from './customer.ts';
import type { Cause, DomainEvent, EventType } from './event.ts';
import { crockford } from './identifier.ts';
import type { Instant } from './time.ts';
import type { Touch } from './touch.ts';

/** Something that happened to a customer and that no other record tells. */
export interface KeptEntry {
  readonly type: EventType;
  /** Why the lead source changed, where it did. */
  readonly cause: Cause | null;
  readonly occurredTime: Instant;
  /** Null where it is unknown. */
  readonly actor: string | null;
  /** The customer that was merged away or, where this is no merge, to whom it happened before being merged away. */
  readonly mergedCustomerId: string | null;
}

export interface TimelineEntry extends KeptEntry {
  /** The public id. */
  readonly id: string;
  /** The lead source that was recorded, if any. */
  readonly touch: Touch | null;
}

/**
 * Where an entry comes from: the customer itself, a stored entry, or a touch. Among entries of one moment, earlier kinds come
 * first.
 */
export const entrySources = ['customer', 'entry', 'touch'] as const;

/**
 * What to store for the timeline of an announced change: not touches, which tell of themselves, but a deletion, which removes
 * them.
 */
export function entriesToKeep(
  events: readonly DomainEvent[],
  actor: string,
  merged: Customer | null,
): readonly KeptEntry[] {
  const told = events.filter(({ type, cause }) => type === 'customer-merged' || cause === 'delete');
  const entries = told.map(({ type, cause, occurredTime, mergedCustomerId }) => ({
    type,
    cause,
    occurredTime,
    actor,
    mergedCustomerId,
  }));
  return merged === null ? entries : [creationOf(merged), ...entries];
}

/**
 * What to store when single touches are removed. This applies even where the lead source looks as before and nobody is told,
 * since the credits of those touches go to others.
 */
export function removalOfTouches(
  cause: Cause,
  { actor, now }: { readonly actor: string; readonly now: Instant },
): KeptEntry {
  return { type: 'lead-source-changed', cause, occurredTime: now, actor, mergedCustomerId: null };
}

/** What to store when touches change hands by a link: their own entries tell only when they were recorded. */
export function moveOfTouches({ actor, now }: { readonly actor: string; readonly now: Instant }): KeptEntry {
  return { type: 'lead-source-changed', cause: 'link', occurredTime: now, actor, mergedCustomerId: null };
}

function creationOf({ id, createdTime }: Customer): KeptEntry {
  return {
    type: 'customer-created',
    cause: null,
    occurredTime: createdTime,
    actor: null,
    mergedCustomerId: id,
  };
}

/** The customer's own creation, as an entry of its timeline. */
export function ownCreation(customer: Customer): TimelineEntry {
  return { ...creationOf(customer), mergedCustomerId: null, id: entryId('customer', 0), touch: null };
}

/** The recording of a touch, as an entry of its customer's timeline. */
export function recordingOf(touch: Touch): TimelineEntry {
  return {
    id: entryId('touch', touch.key),
    type: 'lead-source-changed',
    cause: null,
    occurredTime: touch.recordedTime,
    actor: touch.actor,
    mergedCustomerId: null,
    touch,
  };
}

/** A stored entry, as one of the timeline. */
export function keptEntryOf(key: number, entry: KeptEntry): TimelineEntry {
  return { ...entry, id: entryId('entry', key), touch: null };
}

function entryId(source: (typeof entrySources)[number], key: number): string {
  return `tml_${entrySources.indexOf(source)}${crockford(key)}`;
}
