import { organizationWall } from './wall.ts';

export const erasureTables: readonly string[] = [
  `CREATE TABLE erasures (
    organization_id bigint NOT NULL,
    erasure_id text COLLATE "C" NOT NULL,
    hashes text NOT NULL,
    actor text NOT NULL,
    erased_time bigint NOT NULL,
    PRIMARY KEY (organization_id, erasure_id)
  )`,
  ...organizationWall('erasures'),
];

/** By what an erasure looks for. */
export const erasedByIndexes: readonly string[] = [
  'CREATE INDEX webhook_deliveries_by_customer ON webhook_deliveries (organization_id, customer_id)',
  ...['affiliate_lines', 'affiliate_accounts'].map(
    (table) =>
      `CREATE INDEX ${table}_by_click ON ${table} (organization_id, click_id) WHERE click_id IS NOT NULL`,
  ),
];
