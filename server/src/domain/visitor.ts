import { Failure, invalid } from './failure.ts';
import { type Instant, millisecondsPerDay, occurrenceTime, tooFarAhead } from './time.ts';
import type { Touch } from './touch.ts';

/** States that a visitor is a customer from a moment on. */
export interface VisitorLink {
  readonly visitorId: string;
  readonly linkedTime: Instant;
  /** The customer as it was named. No merge changes this, so links of one moment keep their order. */
  readonly namedId: string;
  /** The customer itself: another one than was named where that was merged away. */
  readonly customerId: string;
  /** Who linked them: the actor of a principal. */
  readonly actor: string;
}

/** What is needed of a captured arrival to recognize one that is sent twice. */
export interface VisitorHit {
  readonly occurredTime: Instant;
  /** The same for the same page and referrer, and very unlikely to be for others. */
  readonly digest: string;
}

/** A browser that was seen, or that was linked to a customer. */
export interface Visitor {
  readonly id: string;
  /** Null for one that was not seen yet. */
  readonly lastHit: VisitorHit | null;
  /** The day, counted from the Unix epoch, on which an unlinked visitor was last heard of; null for a linked one. */
  readonly unlinkedDay: number | null;
  /** By time. */
  readonly links: readonly VisitorLink[];
}

/** A touch of a visitor, and the customer it belongs to; null for none yet. */
export interface VisitorTouch {
  readonly touch: Touch;
  readonly customerId: string | null;
}

/** A link, and how many of its visitor's touches belong to the customer. */
export interface ListedLink extends VisitorLink {
  readonly touches: number;
}

/** Ids are made in the browser, and must be long enough to be unique. */
export function isVisitorId(text: string): boolean {
  return /^[\w-]{8,64}$/.test(text);
}

/** The owner under which the touches of an unlinked visitor are stored: no customer's id has a colon. */
export function unlinkedOwner(visitorId: string): string {
  return `:${visitorId}`;
}

export function visitorOfOwner(owner: string): string {
  return owner.slice(unlinkedOwner('').length);
}

export function isUnlinkedOwner(customerId: string): boolean {
  return customerId.startsWith(':');
}

/** For how long the same arrival counts as a repetition, such as a second try. */
const sameHitMilliseconds = 30_000;

export function isSameHit(one: VisitorHit | null, other: VisitorHit): boolean {
  if (one === null || one.digest !== other.digest) return false;
  return Math.abs(one.occurredTime - other.occurredTime) <= sameHitMilliseconds;
}

/** The visitor after an arrival, or as it is before its first link. */
export function heardOf(
  visitor: Visitor | null,
  id: string,
  { hit, now }: { readonly hit: VisitorHit | null; readonly now: Instant },
): Visitor {
  const links = visitor?.links ?? [];
  const unlinkedDay = links.length === 0 ? dayOf(now) : null;
  return { id, lastHit: hit ?? visitor?.lastHit ?? null, unlinkedDay, links };
}

/** Unlinked visitors that were last heard of before this day are to be forgotten. */
export function firstKeptDay(now: Instant, keptDays: number): number {
  return dayOf(now) - keptDays;
}

function dayOf(instant: Instant): number {
  return Math.floor(instant / millisecondsPerDay);
}

/**
 * The customer that a visitor's touch of this moment belongs to: by the latest link at or before it, else by the first link;
 * null where there is none. So it does not matter whether links or touches arrive first.
 */
export function customerAt(links: readonly VisitorLink[], occurredTime: Instant): string | null {
  const link = links.findLast(({ linkedTime }) => linkedTime <= occurredTime) ?? links[0];
  return link?.customerId ?? null;
}

/** A requested link; one from now on where no moment is stated. */
export interface AskedLink extends Omit<VisitorLink, 'linkedTime'> {
  readonly linkedTime: Instant | null;
}

/**
 * The visitor's links with one more, and that link. Adds nothing if the link exists or, where no moment is stated, already
 * applies. Fails with `invalid` for a moment more than 60 seconds ahead.
 */
export function withLink(
  links: readonly VisitorLink[],
  asked: AskedLink,
  now: Instant,
): { readonly links: readonly VisitorLink[]; readonly link: VisitorLink; readonly added: boolean } {
  const linkedTime = occurrenceTime(asked.linkedTime ?? now, now);
  if (linkedTime === null) throw invalid('linkedTime', tooFarAhead);
  const last = links.findLast((link) => link.linkedTime <= linkedTime);
  const same =
    asked.linkedTime === null && last?.customerId === asked.customerId
      ? last
      : links.find((link) => link.linkedTime === linkedTime && link.namedId === asked.namedId);
  if (same !== undefined) return { links, link: same, added: false };
  const link = { ...asked, linkedTime };
  return { links: [...links, link].toSorted(compareLinks), link, added: true };
}

/** By time, then by the names that links were requested with. */
export function compareLinks(one: VisitorLink, other: VisitorLink): number {
  if (one.linkedTime !== other.linkedTime) return one.linkedTime - other.linkedTime;
  if (one.namedId === other.namedId) return 0;
  return one.namedId < other.namedId ? -1 : 1;
}

/** Fails with `not-found`, or with `conflict` for a visitor that is linked to a customer. */
export function requireUnlinked(visitor: Visitor | null): void {
  if (visitor === null) throw new Failure('not-found', 'No such visitor.');
  if (visitor.links.length === 0) return;
  throw new Failure('conflict', 'The visitor is linked to a customer, to whom its touches belong.');
}
