import type { ClickIdKind } from './click-id.ts';
import {
  asOneChange,
  type ChangeContext,
  type Customer,
  type CustomerChange,
  type CustomerLeadSource,
  looksAlike,
  newCustomer,
  revised,
  unite,
  withLeadSource,
} from './customer.ts';
import { leadSourceEvent } from './customer-event.ts';
import type { Cause } from './event.ts';
import { Failure, invalid } from './failure.ts';
import type { ImportKey } from './import.ts';
import { completeLeadSource, type GivenFacts } from './lead-source.ts';
import { changeTime, type Instant, occurrenceBehind, tooFarAhead } from './time.ts';
import {
  hasDetails,
  type KnownTouch,
  type Standing,
  standingOf,
  type Touch,
  type TouchKey,
  type TouchOrigin,
  touchId,
  withoutDetails,
} from './touch.ts';
import { type Addition, keepsTouches, type Removal, type Stripping } from './touch-effect.ts';

/** A touch as its sender states it. */
export interface ToldTouch {
  /** The id that its sender gives it; null to have one generated. */
  readonly givenId: string | null;
  readonly given: GivenFacts;
  /** The parameter that its click id came in, where it was read from a landing. */
  readonly clickIdKind?: ClickIdKind | null;
  /** The import that brings it. */
  readonly importKey?: ImportKey;
  /** Null for now. */
  readonly occurredTime: Instant | null;
  /** The kept touch that is known to be what is left of this one, sent before under the same id. */
  readonly sameAs?: TouchKey | null;
  readonly origin: TouchOrigin;
  /** Whether webhooks are told of the change. */
  readonly announces: boolean;
}

/**
 * Adds a touch at any past moment, whatever touches the customer has; creates an unknown customer. Webhooks are told only of
 * what a reader of the lead source sees. Fails with `invalid` for a moment more than 60 seconds ahead.
 */
export function addTouch(
  customer: Customer | null,
  id: string,
  told: ToldTouch,
  context: ChangeContext,
): CustomerChange & { readonly effect: Addition } {
  const { now } = context;
  // A captured touch stays where it was seen, so that visits and links give the same result in any order.
  const latest = told.origin === 'capture' ? now : customer?.leadSource?.latestOccurredTime;
  const touch = toldTouch(told, context, latest);
  const cause = causeOf[told.origin];
  const change =
    customer === null ? createdWith(id, touch, cause, now) : withTouch(customer, touch, cause, now);
  const { givenId, clickIdKind = null, importKey = null } = told;
  const effect: Addition = { kind: 'adds', added: { touch, givenId, clickIdKind, importKey } };
  return { customer: change.customer, effect, events: told.announces ? change.events : [] };
}

const causeOf: Readonly<Record<TouchOrigin, Cause>> = { api: 'add', capture: 'capture', import: 'import' };

/**
 * The touch itself, whoever its customer will be. If it is to count as now, it is not before `latest`. Fails with `invalid` for
 * a moment more than 60 seconds ahead.
 */
export function toldTouch(told: ToldTouch, { now, actor, touchKey }: ChangeContext, latest = now): Touch {
  const occurredTime = occurrenceBehind(told.occurredTime, latest, now);
  if (occurredTime === null) throw invalid('occurredTime', tooFarAhead);
  return {
    key: touchKey,
    occurredTime,
    recordedTime: now,
    origin: told.origin,
    actor,
    leadSource: completeLeadSource(told.given),
  };
}

function createdWith(id: string, touch: Touch, cause: Cause, now: Instant): CustomerChange {
  const created = newCustomer(id, { websiteId: null, customFields: {} }, now);
  return asOneChange(null, created, withTouch(created.customer, touch, cause, now));
}

function withTouch(customer: Customer, touch: Touch, cause: Cause, now: Instant): CustomerChange {
  const alone = { original: touch, current: touch, latestOccurredTime: touch.occurredTime };
  return showing(customer, joined(customer, alone, now), { cause, now });
}

function joined(customer: Customer, joining: Standing, now: Instant): CustomerLeadSource | null {
  const before = customer.leadSource;
  const createdTime = before?.createdTime ?? now;
  return unite(before, { ...joining, createdTime, updatedTime: now }, now);
}

/** The customer with touches that were a visitor's or another customer's; an unknown customer is created. */
export function receiveTouches(
  customer: Customer | null,
  id: string,
  touches: readonly Touch[],
  now: Instant,
): CustomerChange {
  if (customer === null) {
    const created = newCustomer(id, { websiteId: null, customFields: {} }, now);
    return asOneChange(null, created, receiveTouches(created.customer, id, touches, now));
  }
  const standing = standingOf(touches);
  if (standing === null) return { customer, effect: keepsTouches, events: [] };
  const after = joined(customer, standing, now);
  return showing(customer, after, { cause: 'link', now });
}

/** The customer without touches that another customer takes over. `history` is the whole history. */
export function releaseTouches(
  customer: Customer,
  history: readonly KnownTouch[],
  released: ReadonlySet<TouchKey>,
  now: Instant,
): CustomerChange {
  const after = remaining(customer, history, released, now);
  return showing(customer, after, { cause: 'link', now });
}

/**
 * Undoes one touch. What remains of `history` decides what is original and current; it may lack other touches. After the last
 * touch the customer has no lead source. Fails with `not-found`.
 */
export function removeTouch(
  customer: Customer | null,
  history: readonly KnownTouch[],
  id: string,
  now: Instant,
): Removed {
  const removed = history.find((known) => touchId(known) === id)?.touch;
  if (customer === null || removed === undefined) {
    throw new Failure('not-found', 'No such lead source.');
  }
  return withoutTouches(customer, history, { keys: [removed.key], cause: 'undo', now });
}

export interface Withdrawal {
  readonly keys: readonly TouchKey[];
  readonly cause: Cause;
  readonly now: Instant;
}

/** A change that takes at least one touch away, or details of one. */
export interface Withdrawn extends CustomerChange {
  readonly effect: Removal | Stripping;
}

/** A change that takes at least one touch away. */
export interface Removed extends CustomerChange {
  readonly effect: Removal;
}

/**
 * Removes the customer's touches with these keys; null where none of them is left. `history` is the whole history, or has at
 * least what decides the standing of the rest.
 */
export function removeTouches(
  customer: Customer | null,
  history: readonly KnownTouch[],
  withdrawal: Withdrawal,
): Withdrawn | null {
  const wanted = new Set(withdrawal.keys);
  const keys = history.map(({ touch }) => touch.key).filter((key) => wanted.has(key));
  if (customer === null || keys.length === 0) return null;
  return withoutTouches(customer, history, { ...withdrawal, keys });
}

function withoutTouches(
  customer: Customer,
  history: readonly KnownTouch[],
  { keys, cause, now }: Withdrawal,
): Removed {
  const after = remaining(customer, history, new Set(keys), now);
  return { ...showing(customer, after, { cause, now }), effect: { kind: 'removes', keys } };
}

/**
 * Removes the details that can identify a person (click id, path, referrer) from the customer's touches with these keys; null
 * where none has any. The campaign stays, and with it channels and credits.
 */
export function stripTouches(
  customer: Customer | null,
  history: readonly KnownTouch[],
  { keys, cause, now }: Withdrawal,
): Withdrawn | null {
  const wanted = new Set(keys);
  const stripped = history
    .map(({ touch }) => touch)
    .filter((touch) => wanted.has(touch.key) && hasDetails(touch))
    .map(withoutDetails);
  const before = customer?.leadSource ?? null;
  if (customer === null || before === null || stripped.length === 0) return null;
  const effect: Stripping = { kind: 'strips', touches: stripped };
  const byKey = new Map(stripped.map((touch) => [touch.key, touch]));
  const original = byKey.get(before.original.key) ?? before.original;
  const current = byKey.get(before.current.key) ?? before.current;
  if (original === before.original && current === before.current) {
    return { customer: revised(customer, now), effect, events: [] };
  }
  const after = { ...before, original, current, updatedTime: changeTime(before, now) };
  const changed = withLeadSource(customer, after, now);
  return { customer: changed, effect, events: [leadSourceEvent(changed, cause, now, customer)] };
}

/** What is left of a lead source without some touches; null for nothing. */
function remaining(
  { leadSource: before }: Customer,
  history: readonly KnownTouch[],
  without: ReadonlySet<TouchKey>,
  now: Instant,
): CustomerLeadSource | null {
  const standing = standingOf(history.map(({ touch }) => touch).filter(({ key }) => !without.has(key)));
  if (before === null || standing === null) return null;
  const alike = { ...before, ...standing };
  if (looksAlike(alike, before)) return alike;
  return { ...alike, updatedTime: changeTime(before, now) };
}

/** The customer with a changed history. Where a reader sees a difference, the entity tag changes and webhooks are told. */
function showing(
  customer: Customer,
  after: CustomerLeadSource | null,
  { cause, now }: { readonly cause: Cause; readonly now: Instant },
): CustomerChange {
  const effect = keepsTouches;
  if (looksAlike(after, customer.leadSource)) {
    return { customer: { ...revised(customer, now), leadSource: after }, effect, events: [] };
  }
  const changed = withLeadSource(customer, after, now);
  return { customer: changed, effect, events: [leadSourceEvent(changed, cause, now, customer)] };
}
