import { sql } from 'kysely';
import type { Instant } from '../../domain/time.ts';
import type { CreditVersion } from '../credit.ts';
import type { CreditRow, RefundCreditRow } from '../money-schema.ts';
import { parameter } from '../parameter.ts';
import { conversionsWithActors, creditedReads, isBare, refundsWithActors } from '../queries/conversion.ts';
import { ofItsTuple, tupleMembers } from '../queries/touch.ts';
import { conversionOf, refundOf } from '../rows/conversion.ts';
import {
  type CreditedConversionRow,
  type CreditedRefundRow,
  type CreditedTouchRow,
  creditVersionsOf,
} from '../rows/credit.ts';
import type { Tuple } from '../rows/touch.ts';
import { type Affected, ever } from './affected-credits.ts';
import type { CustomerWrite } from './customer-write.ts';
import { query, statementsOf } from './query.ts';
import type { Session } from './session.ts';

const organizationId = parameter<number>('organizationId');
const customerIds = sql<string>`any(${parameter<readonly string[]>('customerIds')}::text[])`;

const versionsKept = sql`array(
  select credit_versions.settings_version from credit_versions
  where credit_versions.organization_id = ${organizationId}
) || 1::bigint`;
const conversionKeys = sql`${parameter<readonly number[]>('conversionKeys')}::bigint[]`;
const firstsOf = sql<string>`any(${parameter<readonly string[]>('firstsOf')}::text[])`;
/** Not as an index has it: they are to be looked up by their customers. */
const isSince = sql<boolean>`conversions.occurred_time + 0 >= ${parameter<Instant>('creditsSince')}::bigint`;
const keysInQuestion = sql`array(
  select conversions.conversion_key from conversions
  where conversions.organization_id = ${organizationId} and conversions.customer_id = ${customerIds} and ${isSince}
) || array(
  select conversions.conversion_key from conversions
  where conversions.organization_id = ${organizationId} and conversions.customer_id = ${firstsOf}
    and conversions.is_first = 1
) || ${conversionKeys}`;

const statements = statementsOf({
  conversionsOfIds: conversionsWithActors(query).where(
    'conversions.conversion_id',
    '=',
    sql<string>`any(${parameter('conversionIds')}::text[])`,
  ),
  refundsOfIds: refundsWithActors(query).where(
    'refunds.refund_id',
    '=',
    sql<string>`any(${parameter('refundIds')}::text[])`,
  ),
  versions: creditedReads(query).versions,
  touches: touches(),
  touchesSince: touches().where('touches.occurred_time', '>=', parameter<Instant>('since')),
  conversions: conversions().where('customer_id', '=', customerIds).where(isSince),
  firsts: conversions().where('customer_id', '=', firstsOf).where('is_first', '=', 1),
  refunded: conversions().where('conversion_key', '=', sql<number>`any(${conversionKeys})`),
  refunds: query
    .selectFrom('refunds')
    .select(['customer_id', 'conversion_key', 'refund_key', 'occurred_time', 'amount'])
    .where('refunds.organization_id', '=', organizationId)
    .where(
      'refunds.customer_id',
      '=',
      sql<string>`any(${parameter<readonly string[]>('refundedOf')}::text[])`,
    )
    .where('refunds.conversion_key', '=', sql<number>`any(${keysInQuestion})`),
  credits: creditsOf('credits').selectAll('credits'),
  refundCredits: creditsOf('refund_credits').selectAll('refund_credits'),
});

function touches() {
  return query
    .selectFrom('touches')
    .innerJoin('lead_source_tuples', ofItsTuple)
    .select(['touches.customer_id', 'touches.touch_key', 'touches.occurred_time', 'touches.tuple_id'])
    .select(isBare.as('is_bare'))
    .select(tupleMembers)
    .where('touches.organization_id', '=', organizationId)
    .where('touches.customer_id', '=', customerIds);
}

function conversions() {
  return query
    .selectFrom('conversions')
    .select(['customer_id', 'conversion_key', 'conversion_id', 'occurred_time', 'amount', 'currency'])
    .select('is_first')
    .where('organization_id', '=', organizationId);
}

/** By the keys of conversions: all or the first of some customers, which sub-queries find, and some more. */
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
export interface LoadedCredits extends Omit<Affected, 'areInQuestion'> {
  readonly versions: readonly CreditVersion[];
  readonly touches: readonly LoadedTouch[];
  readonly conversions: readonly LoadedConversion[];
  readonly refunds: readonly LoadedRefund[];
  readonly credits: readonly CreditRow[];
  readonly refundCredits: readonly RefundCreditRow[];
}

export const noCredits: LoadedCredits = {
  touchesSince: new Map(),
  creditsOf: new Set(),
  creditsSince: ever,
  firstsOf: new Set(),
  refunded: new Map(),
  unread: new Map(),
  versions: [],
  touches: [],
  conversions: [],
  refunds: [],
  credits: [],
  refundCredits: [],
};

/**
 * The conversions and refunds with the ids that writes name, and the versions by which credits are kept; null for these if
 * writes name none. Then it sends no query.
 */
export async function findNamedMoney(
  session: Session,
  organization: number,
  batch: readonly CustomerWrite[],
) {
  const conversionIds = batch.flatMap(({ input }) => ('conversionId' in input ? [input.conversionId] : []));
  const refundIds = batch.flatMap(({ input }) => ('refundId' in input ? [input.refundId] : []));
  const place = { organizationId: organization };
  const [conversions, refunds, versions] = await Promise.all([
    conversionIds.length === 0 ? [] : session.all(statements.conversionsOfIds, { ...place, conversionIds }),
    refundIds.length === 0 ? [] : session.all(statements.refundsOfIds, { ...place, refundIds }),
    conversionIds.length === 0 ? null : loadVersions(session, organization),
  ]);
  return {
    versions,
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

async function loadVersions(session: Session, organization: number): Promise<readonly CreditVersion[]> {
  return creditVersionsOf(await session.all(statements.versions, { organizationId: organization }));
}

/** Sends no query if no credits are affected. `known` are the versions where they were read already. */
export async function loadCredits(
  session: Session,
  organization: number,
  { areInQuestion, ...affected }: Affected,
  known: readonly CreditVersion[] | null,
): Promise<LoadedCredits> {
  if (!areInQuestion) return noCredits;
  const { creditsOf: kept, firstsOf: first, refunded: single } = affected;
  const ofKept = {
    organizationId: organization,
    customerIds: [...kept],
    creditsSince: Math.max(affected.creditsSince, Number.MIN_SAFE_INTEGER),
    firstsOf: [...first],
    conversionKeys: [...single.keys()],
    // The key of refunds begins with the customer.
    refundedOf: [...new Set([...kept, ...first, ...single.values()])],
  };
  const isKept = ofKept.refundedOf.length > 0;
  const [versions, touches, all, firsts, refunded, refunds, credits, refundCredits] = await Promise.all([
    known ?? loadVersions(session, organization),
    loadTouches(session, organization, affected.touchesSince),
    kept.size === 0 ? [] : session.all(statements.conversions, ofKept),
    first.size === 0 ? [] : session.all(statements.firsts, ofKept),
    single.size === 0 ? [] : session.all(statements.refunded, ofKept),
    isKept ? session.all(statements.refunds, ofKept) : [],
    isKept ? session.all(statements.credits, ofKept) : [],
    isKept ? session.all(statements.refundCredits, ofKept) : [],
  ]);
  return {
    ...affected,
    versions,
    touches,
    conversions: [
      ...new Map([...all, ...firsts, ...refunded].map((row) => [row.conversion_key, row])).values(),
    ],
    refunds,
    credits,
    refundCredits,
  };
}

async function loadTouches(
  session: Session,
  organization: number,
  touchesSince: Affected['touchesSince'],
): Promise<readonly LoadedTouch[]> {
  const place = { organizationId: organization };
  const ids = [...touchesSince.keys()];
  const whole = ids.filter((id) => touchesSince.get(id) === ever);
  const recent = ids.filter((id) => touchesSince.get(id) !== ever);
  const since = Math.min(...recent.map((id) => touchesSince.get(id) ?? ever));
  const loaded = await Promise.all([
    whole.length === 0 ? [] : session.all(statements.touches, { ...place, customerIds: whole }),
    recent.length === 0 ? [] : session.all(statements.touchesSince, { ...place, customerIds: recent, since }),
  ]);
  return loaded.flat();
}
