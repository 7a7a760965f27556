import { type ConversionTimes, spanOf } from './conversion-times.ts';
import { customerEvent, leadSourceEvent } from './customer-event.ts';
import type { DomainEvent } from './event.ts';
import { Failure, invalid } from './failure.ts';
import { type LeadSource, sameLeadSource } from './lead-source.ts';
import { holds, type Precondition } from './precondition.ts';
import { isSameJson } from './same-json.ts';
import { changeTime, type Instant } from './time.ts';
import { isCapturedDirect, type Standing, standingOf, type Touch, type TouchKey } from './touch.ts';
import { keepsTouches, type TouchEffect } from './touch-effect.ts';

export type CustomFields = Readonly<Record<string, unknown>>;

/** What is known of a customer's touches without reading them all. */
export interface CustomerLeadSource extends Standing {
  readonly createdTime: Instant;
  readonly updatedTime: Instant;
}

export interface Customer {
  readonly id: string;
  readonly websiteId: string | null;
  readonly customFields: CustomFields;
  /** Grows with every change of the customer or its lead source. */
  readonly revision: number;
  readonly createdTime: Instant;
  readonly updatedTime: Instant;
  /** Grows with every change of what a reader of the lead source sees, and survives its deletion. */
  readonly leadSourceRevision: number;
  readonly leadSource: CustomerLeadSource | null;
  /** Null where there are no conversions. */
  readonly conversionTimes: ConversionTimes | null;
}

/** A customer after a change, and what else the change leaves behind. */
export interface CustomerChange {
  readonly customer: Customer;
  readonly effect: TouchEffect;
  readonly events: readonly DomainEvent[];
}

/** Who changes something, and when; `touchKey` is for the touch that the change may add. */
export interface ChangeContext {
  readonly now: Instant;
  readonly actor: string;
  readonly touchKey: TouchKey;
}

/** The members of a customer that its owner writes. */
export interface CustomerFacts {
  readonly websiteId: string | null;
  readonly customFields: CustomFields;
}

/**
 * The entity tag of a customer's lead source (RFC 9110, section 8.8.3); null where there is none. An erasure forgets the
 * revision, so the creation time distinguishes a customer who returns under the same id.
 */
export function leadSourceEntityTag(customer: Customer | null): string | null {
  if (customer === null || customer.leadSource === null) return null;
  return `"${customer.leadSourceRevision}-${customer.createdTime.toString(36)}"`;
}

/** A customer that did not exist before. */
export function newCustomer(id: string, facts: CustomerFacts, now: Instant): CustomerChange {
  const customer: Customer = {
    id,
    websiteId: facts.websiteId,
    customFields: facts.customFields,
    revision: 1,
    createdTime: now,
    updatedTime: now,
    leadSourceRevision: 0,
    leadSource: null,
    conversionTimes: null,
  };
  const created = customerEvent('customer-created', customer, now, null);
  return { customer, effect: keepsTouches, events: [created] };
}

/** The customer with other facts; unchanged, with no event, where they are the same. */
export function replaceFacts(customer: Customer, facts: CustomerFacts, now: Instant): CustomerChange {
  const same =
    customer.websiteId === facts.websiteId && isSameJson(customer.customFields, facts.customFields);
  const changed = same ? customer : { ...revised(customer, now), ...facts };
  return { customer: changed, effect: keepsTouches, events: [] };
}

/** A customer as its owner writes it; `mustBeNew` refuses one that exists. */
export interface CustomerWrite {
  readonly facts: CustomerFacts;
  readonly leadSource: LeadSource | null;
  readonly mustBeNew: boolean;
}

/**
 * Writes a whole customer, with its lead source where one is given; creates an unknown one. Fails with `conflict` where it must
 * be new and is not.
 */
export function saveCustomer(
  customer: Customer | null,
  id: string,
  { facts, leadSource, mustBeNew }: CustomerWrite,
  context: ChangeContext,
): CustomerChange {
  if (customer !== null && mustBeNew) throw new Failure('conflict', 'A customer with this id exists.');
  const saved =
    customer === null ? newCustomer(id, facts, context.now) : replaceFacts(customer, facts, context.now);
  if (leadSource === null) return saved;
  return asOneChange(customer, saved, setLeadSource(saved.customer, leadSource, {}, context));
}

/** Writes a customer's lead source; creates an unknown customer. Fails with `precondition-failed`. */
export function putLeadSource(
  customer: Customer | null,
  id: string,
  leadSource: LeadSource,
  precondition: Precondition,
  context: ChangeContext,
): CustomerChange {
  if (customer !== null) return setLeadSource(customer, leadSource, precondition, context);
  const created = newCustomer(id, { websiteId: null, customFields: {} }, context.now);
  return asOneChange(null, created, setLeadSource(created.customer, leadSource, precondition, context));
}

/** Joins two steps that the caller sees as one: the revision grows once. */
export function asOneChange(
  before: Customer | null,
  first: CustomerChange,
  second: CustomerChange,
): CustomerChange {
  const events = [...first.events, ...second.events];
  if (second.customer === before) return { ...second, events };
  return { ...second, customer: { ...second.customer, revision: (before?.revision ?? 0) + 1 }, events };
}

/**
 * Makes `leadSource` the customer's most recent one, as a touch at the latest moment known. A lead source equal to
 * the current one changes nothing. Fails with `precondition-failed`, which is judged before equality.
 */
export function setLeadSource(
  customer: Customer,
  leadSource: LeadSource,
  precondition: Precondition,
  context: ChangeContext,
): CustomerChange {
  requirePrecondition(precondition, customer);
  const before = customer.leadSource;
  if (before !== null && sameLeadSource(before.current.leadSource, leadSource)) {
    return { customer, effect: keepsTouches, events: [] };
  }
  const touch: Touch = {
    key: context.touchKey,
    occurredTime: Math.max(context.now, before?.latestOccurredTime ?? 0),
    recordedTime: context.now,
    origin: 'api',
    actor: context.actor,
    leadSource,
  };
  const after: CustomerLeadSource = {
    original: before?.original ?? touch,
    current: touch,
    latestOccurredTime: touch.occurredTime,
    createdTime: before?.createdTime ?? touch.occurredTime,
    updatedTime: Math.max(touch.occurredTime, before?.updatedTime ?? 0),
  };
  const changed = withLeadSource(customer, after, context.now);
  const event = leadSourceEvent(changed, 'put', context.now, customer);
  const added = { touch, givenId: null, clickIdKind: null, importKey: null };
  return { customer: changed, effect: { kind: 'adds', added }, events: [event] };
}

/** Forgets all lead source data of the customer. Fails with `not-found` where there is none, then `precondition-failed`. */
export function removeLeadSource(
  customer: Customer | null,
  precondition: Precondition,
  now: Instant,
): CustomerChange {
  if (customer === null || customer.leadSource === null)
    throw new Failure('not-found', 'No such lead source.');
  requirePrecondition(precondition, customer);
  const changed = withLeadSource(customer, null, now);
  const event = leadSourceEvent(changed, 'delete', now, customer);
  return { customer: changed, effect: { kind: 'removes-all' }, events: [event] };
}

/**
 * The target after taking in the duplicate, whose touches become its own; removing the duplicate is left to the caller. Fails
 * with `not-found` where either is missing, `invalid` for one customer twice.
 */
export function mergeCustomers(
  target: Customer | null,
  duplicate: Customer | null,
  now: Instant,
): CustomerChange {
  if (duplicate === null || target === null) throw new Failure('not-found', 'No such customer.');
  if (target.id === duplicate.id) throw invalid('targetCustomerId', 'must be another customer');
  const united = unite(target.leadSource, duplicate.leadSource, now);
  const shown = !looksAlike(united, target.leadSource);
  // Above all of the duplicate's, so that none of its entity tags can be taken for one of the target's.
  const seen = Math.max(target.leadSourceRevision, duplicate.leadSourceRevision);
  const isAbove = target.leadSourceRevision > duplicate.leadSourceRevision;
  const leadSourceRevision = shown || !isAbove ? seen + 1 : seen;
  const conversionTimes = spanOf(target.conversionTimes, duplicate.conversionTimes);
  const changed = { ...revised(target, now), leadSourceRevision, leadSource: united, conversionTimes };
  const merged = customerEvent('customer-merged', changed, now, duplicate.id);
  const events = shown ? [merged, leadSourceEvent(changed, 'merge', now, target)] : [merged];
  return { customer: changed, effect: keepsTouches, events };
}

/** Joins two histories by time; `updatedTime` moves only where a reader of the lead source sees a difference. */
export function unite(
  kept: CustomerLeadSource | null,
  joining: CustomerLeadSource | null,
  now: Instant,
): CustomerLeadSource | null {
  if (joining === null) return kept;
  if (kept === null) return { ...joining, updatedTime: changeTime(joining, now) };
  const united = {
    ...kept,
    ...endsOf(kept, joining),
    latestOccurredTime: Math.max(kept.latestOccurredTime, joining.latestOccurredTime),
    createdTime: Math.min(kept.createdTime, joining.createdTime),
  };
  return looksAlike(united, kept) ? united : { ...united, updatedTime: changeTime(kept, now) };
}

/** The ends of both are the ends of the whole. Where everything that joins is later, the kept ends need no comparison. */
function endsOf(kept: Standing, joining: Standing): Pick<Standing, 'original' | 'current'> | null {
  if (joining.original.occurredTime <= kept.latestOccurredTime) {
    return standingOf([kept.original, kept.current, joining.original, joining.current]);
  }
  const current = isCapturedDirect(joining.current) ? kept.current : joining.current;
  return { original: kept.original, current };
}

/** Whether a reader of the lead source sees no difference. */
export function looksAlike(one: CustomerLeadSource | null, other: CustomerLeadSource | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.original.key === other.original.key &&
    one.current.key === other.current.key &&
    one.createdTime === other.createdTime
  );
}

function requirePrecondition(precondition: Precondition, customer: Customer): void {
  if (holds(precondition, leadSourceEntityTag(customer))) return;
  throw new Failure('precondition-failed', 'The lead source is not in the state that the request requires.');
}

/** The customer after any change to it. */
export function revised(customer: Customer, now: Instant): Customer {
  return { ...customer, revision: customer.revision + 1, updatedTime: changeTime(customer, now) };
}

/** The customer after a change that a reader of its lead source sees. */
export function withLeadSource(
  customer: Customer,
  leadSource: CustomerLeadSource | null,
  now: Instant,
): Customer {
  return { ...revised(customer, now), leadSourceRevision: customer.leadSourceRevision + 1, leadSource };
}
