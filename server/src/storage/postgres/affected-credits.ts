import { attributionSettingLimits } from '../../domain/attribution-settings.ts';
import type { OwnedConversion } from '../../domain/conversion.ts';
import type { Customer } from '../../domain/customer.ts';
import { type Instant, millisecondsPerDay } from '../../domain/time.ts';
import { type KnownTouch, type Touch, touchId } from '../../domain/touch.ts';
import { unlinkedOwner, type Visitor } from '../../domain/visitor.ts';
import type { CreditVersion } from '../credit.ts';
import { longestLookback } from '../credit-change.ts';
import type { MoneyRoom } from '../money-room.ts';
import type { CustomerWrite } from './customer-write.ts';

/** What must be loaded to credit anew what a batch may affect. */
export interface Affected {
  readonly areInQuestion: boolean;
  /** The customers whose touches are needed, and since when. */
  readonly touchesSince: ReadonlyMap<string, Instant>;
  /** The customers of whom all conversions since a moment are needed, with their stored credits. */
  readonly creditsOf: ReadonlySet<string>;
  readonly creditsSince: Instant;
  /** Those of whom the first conversion is needed so, without all others. */
  readonly firstsOf: ReadonlySet<string>;
  /** The keys of conversions that are needed so without all others of their customers, and these customers. */
  readonly refunded: ReadonlyMap<number, string>;
  /** The customers with conversions that are not needed, and until when these occurred. */
  readonly unread: ReadonlyMap<string, Instant>;
}

/** Of touches, or conversions, that are all needed. */
export const ever = Number.NEGATIVE_INFINITY;

/** In milliseconds, as far as any settings may look back. */
const longestLookbackOfAny = attributionSettingLimits.lookbackDays * millisecondsPerDay;

/**
 * The stored customers whose credits a batch may affect, and those among them whose stored credits may change. Including too
 * many does no harm. `versions` are those by which credits are kept; null for a batch without conversions and refunds.
 */
export function affectedBy(
  batch: readonly CustomerWrite[],
  found: FoundCustomers,
  money: Pick<MoneyRoom, 'findConversion'>,
  versions: readonly CreditVersion[] | null,
): Affected {
  const touchesSince = new Map<string, Instant>();
  const [creditsOf, firstsOf] = [new Set<string>(), new Set<string>()];
  const [refunded, unread] = [new Map<number, string>(), new Map<string, Instant>()];
  let creditsSince: Instant = Number.MAX_SAFE_INTEGER;
  const lookback = versions === null ? longestLookbackOfAny : longestLookback(versions);
  const [merges, converts] = [has(batch, 'mergeCustomers'), has(batch, 'recordConversion')];
  for (const write of batch) {
    const owned = write.kind === 'recordRefund' ? refundedBy(write, money) : null;
    if (owned !== null) {
      needSince(touchesSince, owned.customerId, owned.conversion.occurredTime - lookback);
      refunded.set(owned.conversion.key, owned.customerId);
      if (!unread.has(owned.customerId)) unread.set(owned.customerId, Number.POSITIVE_INFINITY);
    }
    for (const customer of customersMeant(write, found)) {
      const since = affectedSince(write, customer, found, merges);
      const credited = since ?? (write.kind === 'recordConversion' ? occurredTimeOf(write.input) : null);
      if (credited !== null) needSince(touchesSince, customer.id, credited - lookback);
      if (customer.conversionTimes === null) continue;
      unread.set(customer.id, customer.conversionTimes.latest);
      if (since === null) continue;
      (write.kind === 'recordConversion' && !merges ? firstsOf : creditsOf).add(customer.id);
      creditsSince = Math.min(creditsSince, since);
    }
    // Touches that belonged to nobody are stored under the visitor.
    if (write.kind === 'linkVisitor' && 'visitorId' in write.input) {
      needSince(touchesSince, unlinkedOwner(write.input.visitorId), ever);
    }
  }
  for (const id of creditsOf) leaveUnread(unread, id, creditsSince);
  // A conversion may be of a customer that the database does not have yet.
  const areInQuestion = converts || creditsOf.size + firstsOf.size + refunded.size > 0;
  return { touchesSince, creditsOf, creditsSince, firstsOf, refunded, unread, areInQuestion };
}

function has(batch: readonly CustomerWrite[], kind: CustomerWrite['kind']): boolean {
  return batch.some((write) => write.kind === kind);
}

function needSince(touchesSince: Map<string, Instant>, customerId: string, moment: Instant): void {
  touchesSince.set(customerId, Math.min(moment, touchesSince.get(customerId) ?? moment));
}

/** Of this customer, only conversions before a moment are not needed. */
function leaveUnread(unread: Map<string, Instant>, customerId: string, moment: Instant): void {
  if (moment === ever) unread.delete(customerId);
  else unread.set(customerId, moment - 1);
}

/** The customers that a batch found, and the visitors with their links. */
export interface FoundCustomers {
  readonly stored: readonly Customer[];
  find(customerId: string): Customer | null;
  resolve(customerId: string): string;
  findVisitor(visitorId: string): Visitor | null;
  /** Those of a customer's touches that a write which removes some of them has to see. */
  touches(customerId: string): readonly KnownTouch[];
}

/** The customers a write names, also through an alias or a visitor; a link may take touches from any that were found. */
function customersMeant({ kind, input }: CustomerWrite, found: FoundCustomers): readonly Customer[] {
  if (kind === 'linkVisitor') return found.stored;
  const links = 'visitorId' in input ? (found.findVisitor(input.visitorId)?.links ?? []) : [];
  const ids = [
    ...('customerId' in input ? [input.customerId] : []),
    ...('targetCustomerId' in input ? [input.targetCustomerId] : []),
    ...links.map(({ customerId }) => customerId),
  ];
  return ids
    .map((id) => found.find(id) ?? found.find(found.resolve(id)))
    .filter((customer) => customer !== null);
}

function refundedBy(
  { input }: CustomerWrite,
  money: Pick<MoneyRoom, 'findConversion'>,
): OwnedConversion | null {
  return 'conversionId' in input ? money.findConversion(input.conversionId) : null;
}

const addingKinds: ReadonlySet<string> = new Set([
  'putLeadSource',
  'saveCustomer',
  'addTouch',
  'captureTouch',
  'recordConversion',
]);

/**
 * Since when a write may change the credits of the customer's existing conversions; null if it may not. A touch must lie before
 * one of them.
 */
function affectedSince(
  { kind, input }: CustomerWrite,
  { conversionTimes }: Customer,
  found: FoundCustomers,
  merges: boolean,
): Instant | null {
  if (merges || kind === 'linkVisitor') return ever;
  // Of what credits depend on, nothing is stripped.
  if (conversionTimes === null || kind === 'stripTouches') return null;
  const { first, latest } = conversionTimes;
  if (kind === 'removeTouch' || kind === 'removeTouches') {
    const earliest = Math.min(...removedBy(input, found).map(({ occurredTime }) => occurredTime));
    return earliest <= latest ? earliest : null;
  }
  if (!addingKinds.has(kind)) return ever;
  const occurredTime = occurredTimeOf(input);
  // A conversion changes the credits of others only if it becomes the first.
  const affects = kind === 'recordConversion' ? occurredTime < first : occurredTime <= latest;
  return affects ? ever : null;
}

/** None by an alias: a removal does not follow it. */
function removedBy(input: CustomerWrite['input'], found: FoundCustomers): readonly Touch[] {
  const keys = new Set('touchKeys' in input ? input.touchKeys : []);
  const id = 'touchId' in input ? input.touchId : null;
  const history = 'customerId' in input ? found.touches(input.customerId) : [];
  return history
    .filter((known) => keys.has(known.touch.key) || touchId(known) === id)
    .map(({ touch }) => touch);
}

/** A moment slightly in the future counts as now. */
function occurredTimeOf(input: CustomerWrite['input']): Instant {
  if ('hit' in input) return input.hit.occurredTime;
  const told = 'occurredTime' in input ? input.occurredTime : null;
  return Math.min(told ?? input.now, input.now);
}
