import type { Schema } from '../schema.ts';

export interface TableFacts {
  /** What guards the rows: the wall of their organization, that of the signing keys, or nothing. */
  readonly wall: 'organization' | 'signing keys' | 'none';
  /** Where a cluster keeps the rows: on the node of their organization, or a copy on every node. */
  readonly place: 'distributed' | 'replicated';
}

/** Every table, so that none is forgotten. Tables come after those they refer to. */
export const tables: Readonly<Record<keyof Schema, TableFacts>> = {
  organizations: { wall: 'none', place: 'replicated' },
  api_keys: { wall: 'organization', place: 'replicated' },
  signing_keys: { wall: 'signing keys', place: 'replicated' },
  key_ranges: { wall: 'organization', place: 'distributed' },
  customers: { wall: 'organization', place: 'distributed' },
  customer_aliases: { wall: 'organization', place: 'distributed' },
  touches: { wall: 'organization', place: 'distributed' },
  imports: { wall: 'organization', place: 'distributed' },
  visitors: { wall: 'organization', place: 'distributed' },
  visitor_links: { wall: 'organization', place: 'distributed' },
  visitor_touches: { wall: 'organization', place: 'distributed' },
  lead_source_tuples: { wall: 'organization', place: 'distributed' },
  actors: { wall: 'organization', place: 'distributed' },
  events: { wall: 'organization', place: 'distributed' },
  timeline_entries: { wall: 'organization', place: 'distributed' },
  idempotency_records: { wall: 'organization', place: 'distributed' },
  api_key_uses: { wall: 'organization', place: 'distributed' },
  setting_versions: { wall: 'organization', place: 'distributed' },
  setting_changes: { wall: 'organization', place: 'distributed' },
  webhooks: { wall: 'organization', place: 'replicated' },
  webhook_deliveries: { wall: 'organization', place: 'distributed' },
  erasures: { wall: 'organization', place: 'distributed' },
  conversions: { wall: 'organization', place: 'distributed' },
  refunds: { wall: 'organization', place: 'distributed' },
  credits: { wall: 'organization', place: 'distributed' },
  refund_credits: { wall: 'organization', place: 'distributed' },
  credit_days: { wall: 'organization', place: 'distributed' },
  credit_months: { wall: 'organization', place: 'distributed' },
  credit_years: { wall: 'organization', place: 'distributed' },
  credit_versions: { wall: 'organization', place: 'distributed' },
  spend: { wall: 'organization', place: 'distributed' },
  jobs: { wall: 'organization', place: 'distributed' },
  affiliate_periods: { wall: 'organization', place: 'distributed' },
  affiliate_lines: { wall: 'organization', place: 'distributed' },
  affiliate_accounts: { wall: 'organization', place: 'distributed' },
  affiliate_clicks: { wall: 'organization', place: 'distributed' },
  outbox_claims: { wall: 'organization', place: 'distributed' },
  call_counts: { wall: 'organization', place: 'distributed' },
};

/** The tables in which every row belongs to one organization. */
export const tenantTables = tablesWhere(({ wall }) => wall === 'organization');

export function tablesWhere(holds: (facts: TableFacts) => boolean): readonly (keyof Schema)[] {
  return (Object.keys(tables) as (keyof Schema)[]).filter((table) => holds(tables[table]));
}
