import { Failure, invalid } from './failure.ts';
import { type Instant, millisecondsPerDay, occurrenceTime } from './time.ts';
import type { Touch } from './touch.ts';

/** Says that from a moment on a visitor is a customer. */
export interface VisitorLink {
  readonly visitorId: string;
  readonly linkedTime: Instant;
  /** The customer as it was named, which no merge changes: so that links of one moment keep their order. */
  readonly namedId: string;
  /** The customer itself: another than was named where that one was merged away. */
  readonly customerId: string;
  /** Who linked them: the actor of a principal. */
  readonly actor: string;
}

/** An arrival that was captured, as far as it tells one that is sent twice. */
export interface VisitorHit {
  readonly occurredTime: Instant;
  /** The same for the same page and referrer, and hardly for others. */
  readonly digest: string;
}

/** A browser that was seen, or that a customer was linked to. */
export interface Visitor {
  readonly id: string;
  /** Null for one that nobody has seen yet. */
  readonly lastHit: VisitorHit | null;
  /** The day, counted from the Unix epoch, on which an unlinked one was last heard of; null for one that is linked. */
  readonly unlinkedDay: number | null;
  /** By time. */
  readonly links: readonly VisitorLink[];
}

/** A touch of a visitor, and the customer whose it is; null for nobody's yet. */
export interface VisitorTouch {
  readonly touch: Touch;
  readonly customerId: string | null;
}

/** A link, and how many touches of its visitor are the customer's. */
export interface ListedLink extends VisitorLink {
  readonly touches: number;
}

/** Ids are made in the browser: long enough to be nobody else's. */
export function isVisitorId(text: string): boolean {
  return /^[\w-]{8,64}$/.test(text);
}

/** Under which name the touches of a visitor are kept that nobody was linked to: no customer has an id with a colon. */
export function unlinkedOwner(visitorId: string): string {
  return `:${visitorId}`;
}

export function isUnlinkedOwner(customerId: string): boolean {
  return customerId.startsWith(':');
}

/** How long after an arrival the same one is taken for another word of it: by a second try, say. */
const sameHitMilliseconds = 30_000;

export function isSameHit(one: VisitorHit | null, other: VisitorHit): boolean {
  if (one === null || one.digest !== other.digest) return false;
  return Math.abs(one.occurredTime - other.occurredTime) <= sameHitMilliseconds;
}

/** The visitor after an arrival, or before the first of its links. */
export function heardOf(
  visitor: Visitor | null,
  id: string,
  { hit, now }: { readonly hit: VisitorHit | null; readonly now: Instant },
): Visitor {
  const links = visitor?.links ?? [];
  const unlinkedDay = links.length === 0 ? dayOf(now) : null;
  return { id, lastHit: hit ?? visitor?.lastHit ?? null, unlinkedDay, links };
}

/** Visitors that nobody heard of since before this day, and who are linked to nobody, are to be forgotten. */
export function firstKeptDay(now: Instant, keptDays: number): number {
  return dayOf(now) - keptDays;
}

function dayOf(instant: Instant): number {
  return Math.floor(instant / millisecondsPerDay);
}

/**
 * The customer whose a visitor's touch of this moment is: of the latest link at or before it, before all links of the
 * first; null where there is none. So nobody needs to know what came first, links or touches.
 */
export function customerAt(links: readonly VisitorLink[], occurredTime: Instant): string | null {
  const link = links.findLast(({ linkedTime }) => linkedTime <= occurredTime) ?? links[0];
  return link?.customerId ?? null;
}

/** What is asked for: a link from now on where no moment is told. */
export interface AskedLink extends Omit<VisitorLink, 'linkedTime'> {
  readonly linkedTime: Instant | null;
}

/**
 * The visitor's links with one more, and that one. What is there already, or what has been so ever since where no moment
 * is told, is added to nothing. Fails with `invalid` for a moment too far ahead.
 */
export function withLink(
  links: readonly VisitorLink[],
  asked: AskedLink,
  now: Instant,
): { readonly links: readonly VisitorLink[]; readonly link: VisitorLink; readonly added: boolean } {
  const linkedTime = occurrenceTime(asked.linkedTime ?? now, now);
  if (linkedTime === null) throw invalid('linkedTime', 'must not be more than 60 seconds ahead');
  const last = links.findLast((link) => link.linkedTime <= linkedTime);
  const same =
    asked.linkedTime === null && last?.customerId === asked.customerId
      ? last
      : links.find((link) => link.linkedTime === linkedTime && link.namedId === asked.namedId);
  if (same !== undefined) return { links, link: same, added: false };
  const link = { ...asked, linkedTime };
  return { links: [...links, link].toSorted(compareLinks), link, added: true };
}

/** By time, and of one moment by the names they were asked for with. */
export function compareLinks(one: VisitorLink, other: VisitorLink): number {
  if (one.linkedTime !== other.linkedTime) return one.linkedTime - other.linkedTime;
  if (one.namedId === other.namedId) return 0;
  return one.namedId < other.namedId ? -1 : 1;
}

/** Fails with `not-found`, or `conflict` for a visitor who is a customer's. */
export function requireUnlinked(visitor: Visitor | null): void {
  if (visitor === null) throw new Failure('not-found', 'No such visitor.');
  if (visitor.links.length === 0) return;
  throw new Failure('conflict', 'The visitor is linked to a customer, to whom its touches belong.');
}
