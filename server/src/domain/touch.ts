import type { ClickIdKind } from './click-id.ts';
import { crockford, isCustomerId, readCrockford } from './identifier.ts';
import type { ImportKey } from './import.ts';
import { type LeadSource, type LeadSourceField, leadSourceFields } from './lead-source.ts';
import type { Instant } from './time.ts';
import { redacted } from './url-policy.ts';

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

/** A touch and the id that its sender gave it; null where one was generated. */
export interface KnownTouch {
  readonly touch: Touch;
  readonly givenId: string | null;
}

export interface PlacedTouch extends KnownTouch {
  readonly position: TouchPosition;
}

/** A touch that is yet to be stored. */
export interface NewTouch extends KnownTouch {
  /** The parameter that carried its click id; null if it was not read from a landing or has no click id. */
  readonly clickIdKind: ClickIdKind | null;
  /** The import that brings it; null for most. */
  readonly importKey: ImportKey | null;
}

/** A touch with what is stored of it beside its lead source. */
export interface ListedTouch extends PlacedTouch {
  /** The parameter that its click id came in. */
  readonly clickIdKind: ClickIdKind | null;
  /** The host of its referrer, which stays when the referrer itself is removed, so that the channel stays, too. */
  readonly referrerHost: string | null;
}

/** What a set of touches makes of a customer, in whatever order they arrived. */
export interface Standing {
  readonly original: Touch;
  /** The latest touch that is not a captured direct one; the original where all are. */
  readonly current: Touch;
  readonly latestOccurredTime: Instant;
}

export type TouchPosition = 'original' | 'intermediary' | 'most-recent';

/** By the moment they occurred, then by arrival. */
export function compareTouches(one: Touch, other: Touch): number {
  return one.occurredTime - other.occurredTime || one.key - other.key;
}

/** Null where there are no touches. */
export function standingOf(touches: readonly Touch[]): Standing | null {
  const ordered = touches.toSorted(compareTouches);
  const [original, latest] = [ordered[0], ordered.at(-1)];
  if (original === undefined || latest === undefined) return null;
  const current = ordered.findLast((touch) => !isCapturedDirect(touch)) ?? original;
  return { original, current, latestOccurredTime: latest.occurredTime };
}

export function positionOf(touch: TouchKey, original: TouchKey, current: TouchKey): TouchPosition {
  if (touch === original) return 'original';
  return touch === current ? 'most-recent' : 'intermediary';
}

/** A captured arrival that says nothing of where it came from: it must not replace one that does. */
export function isCapturedDirect(touch: Touch): boolean {
  return touch.origin === 'capture' && isDirect(touch.leadSource);
}

/** Whether nothing but the page is known, or the lead source calls itself direct. */
export function isDirect(leadSource: LeadSource): boolean {
  if (leadSourceFields.every((field) => field === 'path' || leadSource[field] === null)) return true;
  return leadSource.source === '(direct)' && leadSource.medium === '(none)';
}

/** Facts of a single visit, which may therefore lead to a person. */
export const detailFields: readonly LeadSourceField[] = ['clickId', 'path', 'referrer'];

/** Whether a touch has details beyond its campaign. */
export function hasDetails({ leadSource: { clickId, path, referrer } }: Touch): boolean {
  return (clickId !== null && clickId !== redacted) || path !== null || referrer !== null;
}

/**
 * The touch without its details. Where it would then read as direct, a placeholder says that it had something, so that no
 * credit moves.
 */
export function withoutDetails(touch: Touch): Touch {
  const leadSource = { ...touch.leadSource, clickId: null, path: null, referrer: null };
  const turnsDirect = isDirect(leadSource) && !isDirect(touch.leadSource);
  return { ...touch, leadSource: turnsDirect ? { ...leadSource, clickId: redacted } : leadSource };
}

/** The public name of a touch. */
export function touchId({
  touch,
  givenId,
}: {
  readonly touch: Pick<Touch, 'key'>;
  readonly givenId: string | null;
}): string {
  return givenId ?? `tch_${crockford(touch.key)}`;
}

const generatedTouchId = /^tch_([0-9A-HJKMNP-TV-Z]{13})$/;

/** The key in a generated id; null where the id is none. */
export function generatedTouchKey(id: string): TouchKey | null {
  const digits = generatedTouchId.exec(id)?.[1];
  const key = digits === undefined ? null : readCrockford(digits);
  return Number.isSafeInteger(key) ? key : null;
}

export function isGeneratedTouchId(text: string): boolean {
  return generatedTouchId.test(text);
}

/** Whether senders may give a touch this id: it must not read as a generated one. */
export function isGivenTouchId(text: string): boolean {
  return isCustomerId(text) && !isGeneratedTouchId(text);
}
