import { sql } from 'kysely';
import type { OwnedConversion } from '../../domain/conversion.ts';
import type { Customer } from '../../domain/customer.ts';
import type { Instant } from '../../domain/time.ts';
import { unlinkedOwner, type Visitor } from '../../domain/visitor.ts';
import type { CreditVersion } from '../credit.ts';
import type { CreditRow, RefundCreditRow } from '../money-schema.ts';
import { parameter } from '../parameter.ts';
import { creditedReads, isBare } from '../queries/conversion.ts';
import { tupleMembers } from '../queries/touch.ts';
import { conversionOf, refundOf } from '../rows/conversion.ts';
import {
  type CreditedConversionRow,
  type CreditedRefundRow,
  type CreditedTouchRow,
  creditVersionsOf,
} from '../rows/credit.ts';
import type { Tuple } from '../rows/touch.ts';
import type { CustomerWrite } from './batch.ts';
import { query, statementsOf } from './query.ts';
import type { Session } from './session.ts';

const organizationId = parameter<number>('organizationId');
const customerIds = sql<string>`any(${parameter<readonly string[]>('customerIds')}::text[])`;

const versionsKept = sql`array(
  select credit_versions.settings_version from credit_versions
  where credit_versions.organization_id = ${organizationId}
) || 1::bigint`;
const conversionKeys = sql`${parameter<readonly number[]>('conversionKeys')}::bigint[]`;
const keysInQuestion = sql`array(
  select conversions.conversion_key from conversions
  where conversions.organization_id = ${organizationId} and conversions.customer_id = ${customerIds}
) || ${conversionKeys}`;

const statements = statementsOf({
  conversionsOfIds: query
    .selectFrom('conversions')
    .innerJoin('actors', (join) =>
      join
        .onRef('actors.organization_id', '=', 'conversions.organization_id')
        .onRef('actors.actor_id', '=', 'conversions.actor_id'),
    )
    .selectAll('conversions')
    .select('actors.actor')
    .where('conversions.organization_id', '=', organizationId)
    .where('conversions.conversion_id', '=', sql<string>`any(${parameter('conversionIds')}::text[])`),
  refundsOfIds: query
    .selectFrom('refunds')
    .innerJoin('actors', (join) =>
      join
        .onRef('actors.organization_id', '=', 'refunds.organization_id')
        .onRef('actors.actor_id', '=', 'refunds.actor_id'),
    )
    .innerJoin('conversions', (join) =>
      join
        .onRef('conversions.organization_id', '=', 'refunds.organization_id')
        .onRef('conversions.customer_id', '=', 'refunds.customer_id')
        .onRef('conversions.conversion_key', '=', 'refunds.conversion_key'),
    )
    .selectAll('refunds')
    .select(['actors.actor', 'conversions.conversion_id'])
    .where('refunds.organization_id', '=', organizationId)
    .where('refunds.refund_id', '=', sql<string>`any(${parameter('refundIds')}::text[])`),
  versions: creditedReads(query).versions,
  touches: query
    .selectFrom('touches')
    .innerJoin('lead_source_tuples', (join) =>
      join
        .onRef('lead_source_tuples.organization_id', '=', 'touches.organization_id')
        .onRef('lead_source_tuples.tuple_id', '=', 'touches.tuple_id'),
    )
    .select(['touches.customer_id', 'touches.touch_key', 'touches.occurred_time', 'touches.tuple_id'])
    .select(isBare.as('is_bare'))
    .select(tupleMembers)
    .where('touches.organization_id', '=', organizationId)
    .where('touches.customer_id', '=', customerIds),
  conversions: conversions().where('customer_id', '=', customerIds),
  refunded: conversions().where('conversion_key', '=', sql<number>`any(${conversionKeys})`),
  refunds: query
    .selectFrom('refunds')
    .select(['customer_id', 'conversion_key', 'refund_key', 'occurred_time', 'amount'])
    .where('organization_id', '=', organizationId)
    .where('customer_id', '=', customerIds),
  credits: creditsOf('credits').selectAll('credits'),
  refundCredits: creditsOf('refund_credits').selectAll('refund_credits'),
});

function conversions() {
  return query
    .selectFrom('conversions')
    .select(['customer_id', 'conversion_key', 'conversion_id', 'occurred_time', 'amount', 'currency'])
    .select('is_first')
    .where('organization_id', '=', organizationId);
}

/** By the keys of conversions: those of some customers, which a sub-query of the same organization finds, and some more. */
function creditsOf(table: 'credits' | 'refund_credits') {
  return query
    .selectFrom(table)
    .where(`${table}.organization_id`, '=', organizationId)
    .where(`${table}.settings_version`, '=', sql<number>`any(${versionsKept})`)
    .where(`${table}.conversion_key`, '=', sql<number>`any(${keysInQuestion})`);
}

export type LoadedTouch = CreditedTouchRow & Tuple & { readonly customer_id: string };
export type LoadedConversion = CreditedConversionRow & { readonly customer_id: string };
export type LoadedRefund = CreditedRefundRow & { readonly customer_id: string };

/** The inputs of some customers' credits, and their stored credits. */
export interface LoadedCredits {
  readonly customerIds: ReadonlySet<string>;
  /** The customers whose conversions were loaded with their stored credits. */
  readonly creditsOf: ReadonlySet<string>;
  /** The conversions that were loaded so without all others of their customers. */
  readonly refunded: ReadonlyMap<number, string>;
  /** The customers with conversions that were not loaded, and until when these occurred. */
  readonly unread: ReadonlyMap<string, Instant>;
  readonly versions: readonly CreditVersion[];
  readonly touches: readonly LoadedTouch[];
  readonly conversions: readonly LoadedConversion[];
  readonly refunds: readonly LoadedRefund[];
  readonly credits: readonly CreditRow[];
  readonly refundCredits: readonly RefundCreditRow[];
}

/** The customers whose credits a batch may affect. */
export interface Affected extends Pick<LoadedCredits, 'customerIds' | 'creditsOf' | 'refunded' | 'unread'> {
  readonly areInQuestion: boolean;
}

export const noCredits: LoadedCredits = {
  customerIds: new Set(),
  creditsOf: new Set(),
  refunded: new Map(),
  unread: new Map(),
  versions: [],
  touches: [],
  conversions: [],
  refunds: [],
  credits: [],
  refundCredits: [],
};

/** The conversions and refunds with the ids that writes name. Sends no query if they name none. */
export async function findNamedMoney(
  session: Session,
  organization: number,
  batch: readonly CustomerWrite[],
) {
  const conversionIds = batch.flatMap(({ input }) => ('conversionId' in input ? [input.conversionId] : []));
  const refundIds = batch.flatMap(({ input }) => ('refundId' in input ? [input.refundId] : []));
  const place = { organizationId: organization };
  const [conversions, refunds] = await Promise.all([
    conversionIds.length === 0 ? [] : session.all(statements.conversionsOfIds, { ...place, conversionIds }),
    refundIds.length === 0 ? [] : session.all(statements.refundsOfIds, { ...place, refundIds }),
  ]);
  return {
    conversions: conversions.map((row) => ({
      customerId: row.customer_id,
      conversion: conversionOf(row, row.actor),
    })),
    refunds: refunds.map((row) => ({
      conversionId: row.conversion_id,
      refund: refundOf(row, row.actor),
    })),
  };
}

/** Sends no query if no credits are affected. */
export async function loadCredits(
  session: Session,
  organization: number,
  { areInQuestion, ...affected }: Affected,
): Promise<LoadedCredits> {
  if (!areInQuestion) return noCredits;
  const { customerIds: ids, creditsOf: kept, refunded: single } = affected;
  const place = { organizationId: organization };
  const ofKept = { ...place, customerIds: [...kept], conversionKeys: [...single.keys()] };
  const refunding = [...new Set([...kept, ...single.values()])];
  const isKept = refunding.length > 0;
  const [versions, touches, conversions, refunded, refunds, credits, refundCredits] = await Promise.all([
    session.all(statements.versions, place),
    ids.size === 0 ? [] : session.all(statements.touches, { ...place, customerIds: [...ids] }),
    kept.size === 0 ? [] : session.all(statements.conversions, ofKept),
    single.size === 0 ? [] : session.all(statements.refunded, ofKept),
    isKept ? session.all(statements.refunds, { ...place, customerIds: refunding }) : [],
    isKept ? session.all(statements.credits, ofKept) : [],
    isKept ? session.all(statements.refundCredits, ofKept) : [],
  ]);
  return {
    ...affected,
    versions: creditVersionsOf(versions),
    touches,
    conversions: [...conversions, ...refunded.filter((row) => !kept.has(row.customer_id))],
    refunds,
    credits,
    refundCredits,
  };
}

/**
 * The stored customers whose credits a batch may affect, and those among them whose stored credits may change. Including too
 * many does no harm.
 */
export function affectedBy(
  batch: readonly CustomerWrite[],
  found: FoundCustomers,
  findConversion: (conversionId: string) => OwnedConversion | null,
): Affected {
  const [customerIds, creditsOf] = [new Set<string>(), new Set<string>()];
  const [refunded, unread] = [new Map<number, string>(), new Map<string, Instant>()];
  // This also covers customers that the database does not have yet.
  let areInQuestion = false;
  const merges = batch.some(({ kind }) => kind === 'mergeCustomers');
  for (const write of batch) {
    areInQuestion ||= write.kind === 'recordConversion';
    const owned = write.kind === 'recordRefund' ? refundedBy(write, findConversion) : null;
    if (owned !== null) {
      customerIds.add(owned.customerId);
      refunded.set(owned.conversion.key, owned.customerId);
      if (!unread.has(owned.customerId)) unread.set(owned.customerId, Number.POSITIVE_INFINITY);
    }
    for (const customer of customersMeant(write, found)) {
      const affects = mayAffect(write, customer, merges);
      if (affects || write.kind === 'recordConversion') customerIds.add(customer.id);
      if (customer.conversionTimes === null) continue;
      if (affects) creditsOf.add(customer.id);
      unread.set(customer.id, customer.conversionTimes.latest);
    }
    // Touches that belonged to nobody are stored under the visitor.
    if (write.kind === 'linkVisitor' && 'visitorId' in write.input) {
      customerIds.add(unlinkedOwner(write.input.visitorId));
    }
  }
  areInQuestion ||= creditsOf.size + refunded.size > 0;
  for (const id of creditsOf) unread.delete(id);
  return { customerIds, creditsOf, refunded, unread, areInQuestion };
}

/** The customers that a batch found, and the visitors with their links. */
export interface FoundCustomers {
  readonly stored: readonly Customer[];
  find(customerId: string): Customer | null;
  resolve(customerId: string): string;
  findVisitor(visitorId: string): Visitor | null;
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
  findConversion: (conversionId: string) => OwnedConversion | null,
): OwnedConversion | null {
  return 'conversionId' in input ? findConversion(input.conversionId) : null;
}

const addingKinds: ReadonlySet<string> = new Set([
  'putLeadSource',
  'saveCustomer',
  'addTouch',
  'captureTouch',
  'recordConversion',
]);

/** Whether a write may change the credits of the customer's existing conversions: an addition must lie before one of them. */
function mayAffect({ kind, input }: CustomerWrite, { conversionTimes }: Customer, merges: boolean): boolean {
  if (merges || kind === 'linkVisitor') return true;
  if (conversionTimes === null) return false;
  if (!addingKinds.has(kind)) return true;
  const occurredTime = occurredTimeOf(input);
  // A conversion changes the credits of others only if it becomes the first.
  if (kind === 'recordConversion') return occurredTime < conversionTimes.first;
  return occurredTime <= conversionTimes.latest;
}

/** A moment slightly in the future counts as now. */
function occurredTimeOf(input: CustomerWrite['input']): Instant {
  if ('hit' in input) return input.hit.occurredTime;
  const told = 'occurredTime' in input ? input.occurredTime : null;
  return Math.min(told ?? input.now, input.now);
}
