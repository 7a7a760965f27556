import { type Customer, type CustomerLeadSource, revised } from './customer.ts';
import { Failure } from './failure.ts';
import type { Instant } from './time.ts';
import { type Touch, withoutDetails } from './touch.ts';

/** That a customer was erased. By it the same is done again to a database that is older than it. */
export interface Erasure {
  readonly id: string;
  /** Of the customer's id and of those that stood for it. They cannot be read, but a guess can be held against them. */
  readonly hashes: readonly string[];
  /** Who asked for it. */
  readonly actor: string;
  readonly erasedTime: Instant;
}

/** An erasure as it is kept outside the database. */
export interface LoggedErasure extends Erasure {
  readonly organizationId: string;
}

/** How much of each an erasure removed, or freed from whose it was. */
export interface ErasedCounts {
  readonly touches: number;
  readonly aliases: number;
  readonly visitors: number;
  readonly conversions: number;
  readonly refunds: number;
  /** What was on its way to webhooks, or had been told. */
  readonly deliveries: number;
  /** Answers that were kept for requests that are to be done once. */
  readonly answers: number;
}

/** The customer under an id that nobody can tell, without anything that leads to a person. */
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
  const strip = (touch: Touch): Touch => withoutDetails(touch);
  return { ...leadSource, original: strip(leadSource.original), current: strip(leadSource.current) };
}

/**
 * A build of credits goes through conversions by their moments, and by their ids where these are equal: it must not be at
 * a moment of which ids change. Fails with `unavailable`, since it is soon past it.
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

/** Enough of chance, and short enough for an id with a number behind it. */
const erasedIdPrefixLength = 27;

/** A line of a log of erasures as text, and back. Fails for a text that is none. */
export function erasureLine(erasure: LoggedErasure): string {
  const { organizationId, id, hashes, actor, erasedTime } = erasure;
  return `${JSON.stringify({ organizationId, id, hashes, actor, erasedTime })}\n`;
}

export function parseErasureLine(line: string): LoggedErasure {
  const parsed: unknown = JSON.parse(line);
  if (!isLoggedErasure(parsed)) throw new Error('It is no line of a log of erasures.');
  return parsed;
}

function isLoggedErasure(value: unknown): value is LoggedErasure {
  if (typeof value !== 'object' || value === null) return false;
  const { organizationId, id, hashes, actor, erasedTime } = value as Readonly<Record<string, unknown>>;
  return (
    [organizationId, id, actor].every((text) => typeof text === 'string') &&
    Array.isArray(hashes) &&
    hashes.every((hash) => typeof hash === 'string') &&
    Number.isSafeInteger(erasedTime)
  );
}
