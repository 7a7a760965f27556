import { organizationWall } from './wall.ts';

const names = `affiliate text COLLATE "C" NOT NULL,
    sub_affiliate text COLLATE "C",
    click_id text COLLATE "C",`;

export const affiliateTables: readonly string[] = [
  `CREATE TABLE affiliate_periods (
    organization_id bigint NOT NULL,
    period_number bigint NOT NULL,
    period_id text COLLATE "C" NOT NULL,
    period_start bigint NOT NULL,
    period_end bigint NOT NULL,
    model text NOT NULL,
    settings_version bigint NOT NULL,
    actor text NOT NULL,
    closed_time bigint NOT NULL,
    PRIMARY KEY (organization_id, period_number)
  )`,
  `CREATE TABLE affiliate_lines (
    organization_id bigint NOT NULL,
    period_number bigint NOT NULL,
    line_number bigint NOT NULL,
    about_number bigint NOT NULL,
    causes text NOT NULL,
    currency text COLLATE "C",
    ${names}
    touches bigint NOT NULL,
    customers bigint NOT NULL,
    conversions double precision NOT NULL,
    gross text NOT NULL,
    refunds text NOT NULL,
    PRIMARY KEY (organization_id, period_number, line_number)
  )`,
  `CREATE TABLE affiliate_accounts (
    organization_id bigint NOT NULL,
    about_number bigint NOT NULL,
    conversion_key bigint NOT NULL,
    account_number bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    ${names}
    conversions double precision NOT NULL,
    gross bigint NOT NULL,
    refunds bigint NOT NULL,
    PRIMARY KEY (organization_id, about_number, conversion_key, account_number)
  )`,
  ...['affiliate_periods', 'affiliate_lines', 'affiliate_accounts'].flatMap(organizationWall),
];

/** Who came by the clicks of closed statements, so that these can be forgotten when touches no longer tell. */
export const affiliateClicks: readonly string[] = [
  `CREATE TABLE affiliate_clicks (
    organization_id bigint NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    about_number bigint NOT NULL,
    click_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (organization_id, customer_id, about_number, click_id)
  )`,
  'CREATE INDEX affiliate_clicks_by_click ON affiliate_clicks (organization_id, click_id)',
  ...organizationWall('affiliate_clicks'),
];
