import { type Kysely, type SqlBool, sql } from 'kysely';
import { attributionModels } from '../../domain/attribution-models.ts';
import { unlinkedOwner } from '../../domain/visitor.ts';
import { modelColumns } from '../money-schema.ts';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';
import { withAccounts } from './affiliate.ts';
import { versionInForce } from './credit-version.ts';
import { pageBySorting, pageInKeyOrder } from './customer-export-page.ts';

const organizationId = parameter<number>('organizationId');
const customerId = parameter<string>('customerId');

/** A key of the place that a page begins after. */
const after = (place: number) => parameter<number>(`after${place}`);

/** Pages of what is held about a customer's money. */
export function moneyReads(query: Kysely<Schema>) {
  const owned = conversionsOf(query);
  const conversions = owned
    .innerJoin('actors', (join) =>
      join
        .onRef('actors.organization_id', '=', 'conversions.organization_id')
        .onRef('actors.actor_id', '=', 'conversions.actor_id'),
    )
    .select([
      'conversions.conversion_id as id',
      'conversions.type',
      'conversions.currency',
      'conversions.order_id as orderId',
      'actors.actor',
      'conversions.amount',
      'conversions.refunded_amount as refundedAmount',
      'conversions.metadata',
      'conversions.is_first as isFirst',
      'conversions.occurred_time as occurredTime',
      'conversions.created_time as createdTime',
      'conversions.updated_time as updatedTime',
    ]);
  const refunds = refundsOf(query)
    .innerJoin('actors', (join) =>
      join
        .onRef('actors.organization_id', '=', 'refunds.organization_id')
        .onRef('actors.actor_id', '=', 'refunds.actor_id'),
    )
    .select([
      'refunds.refund_id as id',
      'conversions.conversion_id as conversionId',
      'conversions.currency',
      'actors.actor',
      'refunds.amount',
      'refunds.occurred_time as occurredTime',
      'refunds.created_time as createdTime',
    ]);
  return {
    conversions: pageInKeyOrder(conversions, 'conversions.conversion_key'),
    refunds: pageInKeyOrder(refunds, 'refunds.conversion_key', 'refunds.refund_key'),
    ...creditReads(query),
    ...affiliateReads(query),
  };
}

/** SQLite keeps to the order of a cross join: from the customer's conversions to their credits, not through all credits. */
function creditReads(query: Kysely<Schema>) {
  const credits = conversionsOf(query)
    .crossJoin('credits as credit')
    .whereRef('credit.organization_id', '=', 'conversions.organization_id')
    .whereRef('credit.conversion_key', '=', 'conversions.conversion_key')
    .where('credit.settings_version', '=', versionInForce(query))
    .leftJoin('touches', (join) =>
      join
        .onRef('touches.organization_id', '=', 'credit.organization_id')
        .onRef('touches.customer_id', '=', 'conversions.customer_id')
        .onRef('touches.touch_key', '=', 'credit.touch_key'),
    )
    .select(['conversions.conversion_id as conversionId', 'conversions.currency'])
    .select(creditMembers)
    .select([...perModel('weight'), ...perModel('amount')]);
  const refundCredits = refundsOf(query)
    .crossJoin('refund_credits as credit')
    .whereRef('credit.organization_id', '=', 'refunds.organization_id')
    .whereRef('credit.conversion_key', '=', 'refunds.conversion_key')
    .whereRef('credit.refund_key', '=', 'refunds.refund_key')
    .where('credit.settings_version', '=', versionInForce(query))
    .leftJoin('touches', (join) =>
      join
        .onRef('touches.organization_id', '=', 'credit.organization_id')
        .onRef('touches.customer_id', '=', 'refunds.customer_id')
        .onRef('touches.touch_key', '=', 'credit.touch_key'),
    )
    .select(['refunds.refund_id as refundId', 'conversions.currency'])
    .select(creditMembers)
    .select(perModel('amount'));
  return {
    credits: pageInKeyOrder(credits, 'conversions.conversion_key', 'credit.touch_key'),
    refundCredits: pageInKeyOrder(
      refundCredits,
      'refunds.conversion_key',
      'refunds.refund_key',
      'credit.touch_key',
    ),
  };
}

const creditMembers = [
  'credit.touch_key as touchId',
  'touches.given_id as touchId.given',
  'credit.settings_version as settingsVersion',
] as const;

function perModel(measure: 'weight' | 'amount') {
  return modelColumns.map((column, place) =>
    sql<number>`${sql.ref(`credit.${measure}_${column}`)}`.as(
      `credits.${attributionModels[place]}.${measure}`,
    ),
  );
}

/** A page may end within a conversion, so the next one starts at that conversion; earlier ones need not be read. */
function conversionsOf(query: Kysely<Schema>) {
  return query
    .selectFrom('conversions')
    .where('conversions.organization_id', '=', organizationId)
    .where('conversions.customer_id', '=', customerId)
    .where('conversions.conversion_key', '>=', after(0));
}

/** From their keys to their conversions: a page begins at its first refund, of however many the conversion has before. */
function refundsOf(query: Kysely<Schema>) {
  return query
    .selectFrom('refunds')
    .where('refunds.organization_id', '=', organizationId)
    .where('refunds.customer_id', '=', customerId)
    .where(sql<SqlBool>`(refunds.conversion_key, refunds.refund_key) >= (${after(0)}, ${after(1)})`)
    .crossJoin('conversions')
    .whereRef('conversions.organization_id', '=', 'refunds.organization_id')
    .whereRef('conversions.customer_id', '=', 'refunds.customer_id')
    .whereRef('conversions.conversion_key', '=', 'refunds.conversion_key');
}

/** The clicks that the customer came by, also those noted under another id or as a visitor, whose touches may be gone. */
function clicksOf(query: Kysely<Schema>) {
  const aliases = query
    .selectFrom('customer_aliases')
    .select('alias_id')
    .where('customer_aliases.organization_id', '=', organizationId)
    .where('customer_aliases.customer_id', '=', customerId);
  const visitors = query
    .selectFrom('visitor_links')
    .select(sql<string>`${sql.lit(unlinkedOwner(''))} || visitor_id`.as('owner'))
    .where('visitor_links.organization_id', '=', organizationId)
    .where('visitor_links.customer_id', '=', customerId);
  const noted = query
    .selectFrom('affiliate_clicks as noted')
    .select('noted.click_id')
    .where('noted.organization_id', '=', organizationId);
  const all = query
    .selectFrom('touches')
    .select('touches.click_id')
    .where('touches.organization_id', '=', organizationId)
    .where('touches.customer_id', '=', customerId)
    .where('touches.click_id', 'is not', null)
    .unionAll(noted.where('noted.customer_id', '=', customerId))
    .unionAll(noted.where('noted.customer_id', 'in', aliases))
    .unionAll(noted.where('noted.customer_id', 'in', visitors));
  // A union by itself would read all clicks of the organization in their order.
  return query.selectFrom(all.as('each')).select('each.click_id').distinct();
}

function affiliateReads(query: Kysely<Schema>) {
  const names = (table: string) =>
    [
      ['affiliate', 'affiliate'],
      ['sub_affiliate', 'subAffiliate'],
      ['click_id', 'clickId'],
    ].map(([column, name]) => sql<string | null>`${sql.ref(`${table}.${column}`)}`.as(String(name)));
  const stated = withAccounts(conversionsOf(query))
    .select(['conversions.conversion_id as conversionId', 'period.period_id as periodId', 'account.currency'])
    .select(names('account'))
    .select(['account.conversions', 'account.gross', 'account.refunds']);
  // Few lines, by the index that has the click, which SQLite would not use for whole lines.
  const lines = query
    .selectFrom(clicksOf(query).as('came'))
    .crossJoin('affiliate_lines as found')
    .where('found.organization_id', '=', organizationId)
    .whereRef('found.click_id', '=', 'came.click_id')
    .crossJoin('affiliate_lines as line')
    .whereRef('line.organization_id', '=', 'found.organization_id')
    .whereRef('line.period_number', '=', 'found.period_number')
    .whereRef('line.line_number', '=', 'found.line_number')
    .innerJoin('affiliate_periods as period', (join) =>
      join
        .onRef('period.organization_id', '=', 'line.organization_id')
        .onRef('period.period_number', '=', 'line.period_number'),
    )
    .select(['period.period_id as periodId', 'line.causes', 'line.currency'])
    .select(names('line'))
    .select(['line.line_number as line', 'line.touches', 'line.customers', 'line.conversions'])
    .select(['line.gross', 'line.refunds']);
  return {
    statedConversions: pageBySorting(
      stated,
      'account.conversion_key',
      'account.about_number',
      'account.account_number',
    ),
    statementLines: pageBySorting(lines, 'line.period_number', 'line.line_number'),
  };
}
