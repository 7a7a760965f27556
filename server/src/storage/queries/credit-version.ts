import { type Kysely, type RawBuilder, sql } from 'kysely';
import { firstVersion } from '../../domain/setting-version.ts';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

const organizationId = parameter<number>('organizationId');

/** The version of the attribution settings whose credits are in force: the first, if none is live. */
export function versionInForce(query: Kysely<Schema>): RawBuilder<number> {
  const live = query
    .selectFrom('credit_versions')
    .select('credit_versions.settings_version')
    .where('credit_versions.organization_id', '=', organizationId)
    .where('credit_versions.state', '=', 'live');
  return sql<number>`coalesce(${live}, ${sql.lit(firstVersion.version)})`;
}

/** The columns of conversions needed to credit them. */
export function uncreditedConversions(query: Kysely<Schema>) {
  return query
    .selectFrom('conversions')
    .select(['customer_id', 'conversion_key', 'conversion_id', 'occurred_time', 'amount', 'currency'])
    .select(['is_first', 'refunded_amount'])
    .where('organization_id', '=', organizationId);
}

/** The versions by which credits are kept, and the jobs that build them. */
export function creditVersionReads(query: Kysely<Schema>) {
  const versions = query
    .selectFrom('credit_versions')
    .selectAll()
    .where('organization_id', '=', organizationId);
  const conversions = uncreditedConversions(query);
  return {
    list: versions.orderBy('settings_version'),
    ofJob: versions.where('job_id', '=', parameter<string>('jobId')).where('state', '=', 'building'),
    dropping: versions.where('state', '=', 'dropping').orderBy('settings_version').limit(1),
    countConversions: query
      .selectFrom('conversions')
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .where('organization_id', '=', organizationId),
    /** The conversions after a given one, by time. */
    conversionsBehind: conversions
      .where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('occurred_time', 'conversion_id'),
          '>',
          tuple(parameter<number>('reachedTime'), parameter<string>('reachedConversionId')),
        ),
      )
      .orderBy('occurred_time')
      .orderBy('conversion_id')
      .limit(parameter<number>('limit')),
    /** The conversions after a given one, by customer. */
    conversionsBehindKey: conversions
      .where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('customer_id', 'conversion_key'),
          '>',
          tuple(parameter<string>('reachedCustomerId'), parameter<number>('reachedConversionKey')),
        ),
      )
      .orderBy('customer_id')
      .orderBy('conversion_key')
      .limit(parameter<number>('limit')),
  };
}

/** For versions that are not being built: the last customer of a finished build may be erased, so none stays named. */
const nowhere = {
  reached_time: null,
  reached_conversion_id: '',
  reached_customer_id: null,
  reached_conversion_key: null,
  summed_time: null,
} as const;

export function creditVersionWrites(query: Kysely<Schema>) {
  const changing = query.updateTable('credit_versions').where('organization_id', '=', organizationId);
  const ofVersion = changing.where('settings_version', '=', parameter<number>('version'));
  return {
    add: query.insertInto('credit_versions').values({
      organization_id: organizationId,
      settings_version: parameter('version'),
      state: parameter('state'),
      ...nowhere,
      credited_conversions: 0,
      total_conversions: null,
      job_id: parameter('jobId'),
    }),
    /** For a build in the order of time. */
    advance: ofVersion.set({
      reached_time: parameter('reachedTime'),
      reached_conversion_id: parameter('reachedConversionId'),
      reached_customer_id: null,
      reached_conversion_key: null,
      summed_time: parameter('summedTime'),
      credited_conversions: parameter('creditedConversions'),
      total_conversions: parameter('totalConversions'),
    }),
    /** For a build in the order of customers. */
    advanceByCustomer: ofVersion.set({
      ...nowhere,
      reached_customer_id: parameter('reachedCustomerId'),
      reached_conversion_key: parameter('reachedConversionKey'),
      credited_conversions: parameter('creditedConversions'),
      total_conversions: parameter('totalConversions'),
    }),
    advanceSums: ofVersion.set({ summed_time: parameter('summedTime') }),
    replace: changing.where('state', '=', parameter<string>('before')).set({ state: 'dropping', ...nowhere }),
    putInForce: ofVersion.set({ state: 'live', ...nowhere }),
    /** A process of an older version leaves the place where a build ended. */
    leavePlaces: changing
      .where('state', '<>', 'building')
      .where(({ eb, or }) =>
        or([eb('reached_customer_id', 'is not', null), eb('reached_conversion_id', '<>', '')]),
      )
      .set(nowhere),
    remove: query
      .deleteFrom('credit_versions')
      .where('organization_id', '=', organizationId)
      .where('settings_version', '=', parameter<number>('version')),
  };
}

/** The tables with rows by version of the settings, and the rest of their keys. */
export const versionedTables = {
  credits: ['conversion_key', 'touch_key'],
  refund_credits: ['conversion_key', 'refund_key', 'touch_key'],
  credit_days: ['currency', 'day', 'tuple_id'],
  credit_months: ['currency', 'month', 'tuple_id'],
  credit_years: ['currency', 'year', 'tuple_id'],
} as const;
export type VersionedTable = keyof typeof versionedTables;

/**
 * Statements that drop a version's rows a few at a time: the key after `rows` rows, the removal of what comes before it, and
 * the removal of all that is left.
 */
export function droppingStatements(table: VersionedTable) {
  const key = versionedTables[table];
  const names = sql.join(key.map((column) => sql.ref(column)));
  const bounds = sql.join(key.map((column) => parameter(column)));
  const ofVersion = sql`organization_id = ${organizationId} and settings_version = ${parameter('version')}`;
  return {
    keyBehind: sql<Record<string, string | number>>`
      select ${names} from ${sql.table(table)} where ${ofVersion}
      order by ${names} limit 1 offset ${parameter('rows')}`,
    removeBefore: sql`delete from ${sql.table(table)} where ${ofVersion} and (${names}) < (${bounds})`,
    removeAll: sql`delete from ${sql.table(table)} where ${ofVersion}`,
  };
}
