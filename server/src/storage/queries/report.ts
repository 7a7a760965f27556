import { type Compilable, sql } from 'kysely';
import type { Span } from '../../domain/credit-sum.ts';
import { type ReportDialect, spanRows } from './credit-sum.ts';
import { raw } from './raw.ts';

/** The live version with its content; no row if none is live. */
export function creditsInForce(
  { query }: Pick<ReportDialect, 'query'>,
  organizationId: number,
): Compilable<{ settings_version: number; content: string | null }> {
  return query
    .selectFrom('credit_versions')
    .innerJoin('setting_versions', (join) =>
      join
        .onRef('setting_versions.organization_id', '=', 'credit_versions.organization_id')
        .onRef('setting_versions.version', '=', 'credit_versions.settings_version')
        .on('setting_versions.setting', '=', 'attribution-settings'),
    )
    .select(['credit_versions.settings_version', 'setting_versions.content'])
    .where('credit_versions.organization_id', '=', organizationId)
    .where('credit_versions.state', '=', 'live');
}

/** The currencies that have credits by a version, that with the most of them first. */
export function creditCurrencies(
  { query }: Pick<ReportDialect, 'query'>,
  organizationId: number,
  settingsVersion: number,
): Compilable<{ currency: string }> {
  return query
    .selectFrom('credit_years')
    .select('currency')
    .where('organization_id', '=', organizationId)
    .where('settings_version', '=', settingsVersion)
    .groupBy('currency')
    .orderBy(({ fn }) => fn.sum('credits'), 'desc')
    .orderBy('currency');
}

export function tupleKeys(
  { query }: Pick<ReportDialect, 'query'>,
  organizationId: number,
): Compilable<{ tuple_id: number }> {
  return query
    .selectFrom('lead_source_tuples')
    .select('tuple_id')
    .where('organization_id', '=', organizationId)
    .orderBy('tuple_id');
}

const spendColumns = [
  'channel',
  'medium',
  'source',
  'campaign',
  'term',
  'content',
  'affiliate',
  'sub_affiliate',
  'sales_agent',
] as const;

export type SpendSumRow = { readonly [Column in (typeof spendColumns)[number]]: string | null } & {
  readonly bucket: number;
  readonly amount: string;
};

export function spendSums(
  { query, numbers, exactSum, thenJoin }: ReportDialect,
  organizationId: number,
  currency: string,
  days: readonly Span[],
): Compilable<SpendSumRow> {
  const columns = sql.join(spendColumns.map((column) => sql.ref(`s.${column}`)));
  const summing = sql<SpendSumRow>`
    select spans.bucket, ${columns}, cast(${exactSum(sql.ref('s.amount'))} as text) as amount
    from (${spanRows(numbers, days)}) as spans
    ${thenJoin} spend as s on s.organization_id = ${organizationId}
      and s.day >= spans.from_number and s.day < spans.until_number and s.currency = ${currency}
    group by spans.bucket, ${columns}`;
  return raw(query, summing);
}
