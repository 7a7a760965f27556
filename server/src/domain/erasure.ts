import { isObject } from './body-faults.ts';
import { type Customer, type CustomerLeadSource, revised } from './customer.ts';
import { Failure } from './failure.ts';
import type { Instant } from './time.ts';
import { withoutDetails } from './touch.ts';

/** Records that a customer was erased, so that the erasure can be repeated in a database restored from before it. */
export interface Erasure {
  readonly id: string;
  /** Hashes of the customer's id and of its aliases. They cannot be reversed, but a guess can be checked against them. */
  readonly hashes: readonly string[];
  /** Who asked for it. */
  readonly actor: string;
  readonly erasedTime: Instant;
}

/** An erasure as it is kept outside the database. */
export interface LoggedErasure extends Erasure {
  readonly organizationId: string;
}

/** How much of each an erasure removed, or detached from its customer. */
export interface ErasedCounts {
  readonly touches: number;
  readonly aliases: number;
  readonly visitors: number;
  readonly conversions: number;
  readonly refunds: number;
  /** Deliveries to webhooks, made or still to be made. */
  readonly deliveries: number;
  /** Stored answers to requests that are to be done once. */
  readonly answers: number;
}

/** The customer under an id that nobody can guess, without anything that leads to a person. */
export function eraseCustomer(customer: Customer, newId: string, now: Instant): Customer {
  const { leadSource } = customer;
  return {
    ...revised(customer, now),
    id: newId,
    customFields: {},
    leadSourceRevision: customer.leadSourceRevision + 1,
    leadSource: leadSource === null ? null : bare(leadSource),
  };
}

function bare(leadSource: CustomerLeadSource): CustomerLeadSource {
  const { original, current } = leadSource;
  return { ...leadSource, original: withoutDetails(original), current: withoutDetails(current) };
}

/**
 * A build of credits goes through conversions by moment and, within one, by id, so ids must not change at the moment that it
 * stands at. Fails with `unavailable`: the build soon moves on.
 */
export function requireBuiltBeyond(
  buildingAt: readonly (Instant | null)[],
  conversions: readonly { readonly occurredTime: Instant }[],
): void {
  if (!conversions.some(({ occurredTime }) => buildingAt.includes(occurredTime))) return;
  throw new Failure('unavailable', 'Credits of this very moment are being built: try again.');
}

/** What the ids of an erased customer's conversions and refunds begin with. */
export function erasedIdPrefix(newCustomerId: string): string {
  return `${newCustomerId.slice(0, erasedIdPrefixLength)}_`;
}

/** Long enough to be unique, short enough for an id with a number behind it. */
const erasedIdPrefixLength = 27;

/** A line of the log of erasures. */
export function erasureLine(erasure: LoggedErasure): string {
  const { organizationId, id, hashes, actor, erasedTime } = erasure;
  return `${JSON.stringify({ organizationId, id, hashes, actor, erasedTime })}\n`;
}

/** The erasure of such a line, with or without its line feed. Fails for any other text. */
export function parseErasureLine(line: string): LoggedErasure {
  const parsed: unknown = JSON.parse(line);
  if (!isLoggedErasure(parsed)) throw new Error('It is no line of a log of erasures.');
  return parsed;
}

function isLoggedErasure(value: unknown): value is LoggedErasure {
  if (!isObject(value)) return false;
  const { organizationId, id, hashes, actor, erasedTime } = value;
  return (
    [organizationId, id, actor].every((text) => typeof text === 'string') &&
    Array.isArray(hashes) &&
    hashes.every((hash) => typeof hash === 'string') &&
    Number.isSafeInteger(erasedTime)
  );
}
