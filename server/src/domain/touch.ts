import { crockford } from './identifier.ts';
import { type LeadSource, leadSourceFields } from './lead-source.ts';
import type { Instant } from './time.ts';

export const touchOrigins = ['api', 'capture', 'import'] as const;
export type TouchOrigin = (typeof touchOrigins)[number];

/** Orders touches of one moment by arrival; unique within an organization. */
export type TouchKey = number;

/** A lead source at a moment. */
export interface Touch {
  readonly key: TouchKey;
  readonly occurredTime: Instant;
  readonly recordedTime: Instant;
  readonly origin: TouchOrigin;
  /** Who recorded it: the actor of a principal. */
  readonly actor: string;
  readonly leadSource: LeadSource;
}

export type TouchPosition = 'original' | 'intermediary' | 'most-recent';

/** By the moment they occurred, then by arrival. */
export function compareTouches(one: Touch, other: Touch): number {
  return one.occurredTime - other.occurredTime || one.key - other.key;
}

export function positionOf(touch: TouchKey, original: TouchKey, current: TouchKey): TouchPosition {
  if (touch === original) return 'original';
  return touch === current ? 'most-recent' : 'intermediary';
}

/** A captured arrival that says nothing of where it came from: it must not take the place of one that does. */
export function isCapturedDirect(touch: Touch): boolean {
  return touch.origin === 'capture' && isDirect(touch.leadSource);
}

/** Whether nothing but the page is known, or the touch calls itself direct. */
export function isDirect(leadSource: LeadSource): boolean {
  if (leadSourceFields.every((field) => field === 'path' || leadSource[field] === null)) return true;
  return leadSource.source === '(direct)' && leadSource.medium === '(none)';
}

/** The public name of a touch. */
export function touchId(key: TouchKey): string {
  return `tch_${crockford(key)}`;
}
