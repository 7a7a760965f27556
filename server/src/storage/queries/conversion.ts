import { type Kysely, sql } from 'kysely';
import { conversionColumns, refundColumns } from '../money-columns.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import type { Schema } from '../schema.ts';

const organizationId = parameter<number>('organizationId');

/** An organization's conversions, with who recorded them. */
export function conversionsWithActors(query: Kysely<Schema>) {
  return query
    .selectFrom('conversions')
    .innerJoin('actors', (join) =>
      join
        .onRef('actors.organization_id', '=', 'conversions.organization_id')
        .onRef('actors.actor_id', '=', 'conversions.actor_id'),
    )
    .selectAll('conversions')
    .select('actors.actor')
    .where('conversions.organization_id', '=', organizationId);
}

/** An organization's refunds, with who recorded them and the ids of their conversions. */
export function refundsWithActors(query: Kysely<Schema>) {
  return query
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
    .where('refunds.organization_id', '=', organizationId);
}

export function conversionReads(query: Kysely<Schema>) {
  const refundsOfConversion = query
    .selectFrom('refunds')
    .where('refunds.organization_id', '=', organizationId)
    .where('refunds.customer_id', '=', parameter<string>('customerId'))
    .where('refunds.conversion_key', '=', parameter<number>('conversionKey'));
  return {
    find: conversionsWithActors(query).where(
      'conversions.conversion_id',
      '=',
      parameter<string>('conversionId'),
    ),
    findRefund: refundsWithActors(query).where('refunds.refund_id', '=', parameter<string>('refundId')),
    countRefunds: refundsOfConversion.select(({ fn }) => fn.countAll<number>().as('total')),
    listRefunds: refundsOfConversion
      .innerJoin('actors', (join) =>
        join
          .onRef('actors.organization_id', '=', 'refunds.organization_id')
          .onRef('actors.actor_id', '=', 'refunds.actor_id'),
      )
      .selectAll('refunds')
      .select('actors.actor')
      .orderBy('refunds.occurred_time')
      .orderBy('refunds.refund_key')
      .limit(parameter<number>('limit'))
      .offset(parameter<number>('offset')),
  };
}

export function conversionWrites(query: Kysely<Schema>) {
  return {
    add: query.insertInto('conversions').values(parametersNamed(conversionColumns)),
    addRefund: query.insertInto('refunds').values(parametersNamed(refundColumns)),
    update: query
      .updateTable('conversions')
      .set({ refunded_amount: parameter('refundedAmount'), updated_time: parameter('updatedTime') })
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', parameter<string>('customerId'))
      .where('conversion_key', '=', parameter<number>('conversionKey')),
    setFirst: query
      .updateTable('conversions')
      .set({ is_first: parameter('isFirst') })
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', parameter<string>('customerId'))
      .where('conversion_key', '=', parameter<number>('conversionKey')),
  };
}

/** The inputs of credits. */
export function creditedReads(query: Kysely<Schema>) {
  const touches = query
    .selectFrom('touches')
    .select(['touch_key', 'occurred_time', 'tuple_id'])
    .select(isBare.as('is_bare'))
    .where('organization_id', '=', organizationId)
    .where('customer_id', '=', parameter<string>('customerId'))
    .where('occurred_time', '>=', parameter<number>('from'))
    .where('occurred_time', '<=', parameter<number>('to'));
  const conversions = query
    .selectFrom('conversions')
    .select(['conversion_key', 'conversion_id', 'occurred_time', 'amount', 'currency', 'is_first'])
    .where('organization_id', '=', organizationId)
    .where('customer_id', '=', parameter<string>('customerId'));
  const refunds = query
    .selectFrom('refunds')
    .select(['conversion_key', 'refund_key', 'occurred_time', 'amount'])
    .where('organization_id', '=', organizationId)
    .where('customer_id', '=', parameter<string>('customerId'));
  const credits = (table: 'credits' | 'refund_credits') =>
    query
      .selectFrom(table)
      .where('organization_id', '=', organizationId)
      .where('settings_version', '=', parameter<number>('version'))
      .where('conversion_key', '=', parameter<number>('conversionKey'));
  return {
    /** Unordered. */
    touches,
    conversions,
    conversion: conversions.where('conversion_key', '=', parameter<number>('conversionKey')),
    refunds,
    credits: credits('credits').selectAll('credits'),
    refundCredits: credits('refund_credits').selectAll('refund_credits'),
    versions: query
      .selectFrom('credit_versions')
      .leftJoin('setting_versions', (join) =>
        join
          .onRef('setting_versions.organization_id', '=', 'credit_versions.organization_id')
          .on('setting_versions.setting', '=', sql<string>`'attribution-settings'`)
          .onRef('setting_versions.version', '=', 'credit_versions.settings_version'),
      )
      .select([
        'credit_versions.settings_version',
        'credit_versions.state',
        'credit_versions.reached_time',
        'credit_versions.reached_conversion_id',
        'credit_versions.reached_customer_id',
        'credit_versions.reached_conversion_key',
        'credit_versions.summed_time',
        'setting_versions.content',
      ])
      .where('credit_versions.organization_id', '=', organizationId)
      .orderBy('credit_versions.settings_version'),
  };
}

/** 1 if a touch has neither click id nor referrer. */
export const isBare = sql<number>`case when click_id is null and referrer is null then 1 else 0 end`;
