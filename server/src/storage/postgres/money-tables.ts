import { columnsPerModel, fractionMeasures, moneyMeasures } from '../money-columns.ts';
import { groupedByYear, yearsOfMonths } from '../roll-ups.ts';
import { closeFor, openFor, organizationWall } from './wall.ts';

/** One column for each model. */
function perModel(type: 'bigint' | 'double precision', measures: readonly string[]): string {
  const names = measures.flatMap((measure) => columnsPerModel(measure));
  return names.map((name) => `${name} ${type} NOT NULL,`).join('\n    ');
}

/** Every write updates rows of the current period: free space on their pages lets them stay where they are. */
function rollUp(table: string, period: string): string {
  return `CREATE TABLE ${table} (
    organization_id bigint NOT NULL,
    settings_version bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    ${period} bigint NOT NULL,
    tuple_id bigint NOT NULL,
    credits bigint NOT NULL,
    ${perModel('double precision', fractionMeasures)}
    ${perModel('bigint', moneyMeasures)}
    PRIMARY KEY (organization_id, settings_version, currency, ${period}, tuple_id)
  ) WITH (fillfactor = 80)`;
}

export const moneyTables: readonly string[] = [
  'ALTER TABLE customers ADD COLUMN first_conversion_time bigint, ADD COLUMN latest_conversion_time bigint',
  `CREATE TABLE conversions (
    organization_id bigint NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    conversion_key bigint NOT NULL,
    conversion_id text COLLATE "C" NOT NULL,
    occurred_time bigint NOT NULL,
    created_time bigint NOT NULL,
    updated_time bigint NOT NULL,
    type text COLLATE "C",
    amount bigint NOT NULL,
    currency text COLLATE "C" NOT NULL,
    refunded_amount bigint NOT NULL,
    order_id text COLLATE "C",
    metadata text,
    actor_id bigint NOT NULL,
    is_first bigint NOT NULL,
    PRIMARY KEY (organization_id, customer_id, conversion_key),
    UNIQUE (organization_id, conversion_id)
  )`,
  `CREATE INDEX conversions_by_time ON conversions (organization_id, occurred_time, conversion_id)`,
  `CREATE TABLE refunds (
    organization_id bigint NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    conversion_key bigint NOT NULL,
    refund_key bigint NOT NULL,
    refund_id text COLLATE "C" NOT NULL,
    amount bigint NOT NULL,
    occurred_time bigint NOT NULL,
    created_time bigint NOT NULL,
    actor_id bigint NOT NULL,
    PRIMARY KEY (organization_id, customer_id, conversion_key, refund_key),
    UNIQUE (organization_id, refund_id)
  )`,
  'CREATE INDEX refunds_by_time ON refunds (organization_id, occurred_time)',
  `CREATE TABLE credits (
    organization_id bigint NOT NULL,
    settings_version bigint NOT NULL,
    conversion_key bigint NOT NULL,
    touch_key bigint NOT NULL,
    tuple_id bigint NOT NULL,
    ${perModel('double precision', ['weight'])}
    ${perModel('bigint', ['amount'])}
    PRIMARY KEY (organization_id, settings_version, conversion_key, touch_key)
  )`,
  `CREATE TABLE refund_credits (
    organization_id bigint NOT NULL,
    settings_version bigint NOT NULL,
    conversion_key bigint NOT NULL,
    refund_key bigint NOT NULL,
    touch_key bigint NOT NULL,
    tuple_id bigint NOT NULL,
    ${perModel('bigint', ['amount'])}
    PRIMARY KEY (organization_id, settings_version, conversion_key, refund_key, touch_key)
  )`,
  rollUp('credit_days', 'day'),
  rollUp('credit_months', 'month'),
  `CREATE TABLE credit_versions (
    organization_id bigint NOT NULL,
    settings_version bigint NOT NULL,
    state text NOT NULL,
    reached_time bigint,
    reached_conversion_id text COLLATE "C" NOT NULL,
    credited_conversions bigint NOT NULL,
    total_conversions bigint,
    job_id text COLLATE "C",
    PRIMARY KEY (organization_id, settings_version)
  )`,
  `CREATE TABLE spend (
    organization_id bigint NOT NULL,
    day bigint NOT NULL,
    digest bytea NOT NULL,
    channel text COLLATE "C",
    medium text COLLATE "C",
    source text COLLATE "C",
    campaign text COLLATE "C",
    term text COLLATE "C",
    content text COLLATE "C",
    affiliate text COLLATE "C",
    sub_affiliate text COLLATE "C",
    sales_agent text COLLATE "C",
    currency text COLLATE "C" NOT NULL,
    amount bigint NOT NULL,
    updated_time bigint NOT NULL,
    PRIMARY KEY (organization_id, day, digest)
  )`,
  `CREATE TABLE jobs (
    organization_id bigint NOT NULL,
    job_id text COLLATE "C" NOT NULL,
    type text NOT NULL,
    status text NOT NULL,
    progress double precision NOT NULL,
    request text NOT NULL,
    result text,
    error text,
    actor text NOT NULL,
    holder text,
    claimed_until bigint,
    created_time bigint NOT NULL,
    updated_time bigint NOT NULL,
    finished_time bigint,
    PRIMARY KEY (organization_id, job_id)
  )`,
  'CREATE INDEX jobs_unfinished ON jobs (organization_id, job_id) WHERE finished_time IS NULL',
  ...[
    'conversions',
    'refunds',
    'credits',
    'refund_credits',
    'credit_days',
    'credit_months',
    'credit_versions',
    'spend',
    'jobs',
  ].flatMap(organizationWall),
];

export const creditOrder: readonly string[] = [
  `ALTER TABLE credit_versions ADD COLUMN reached_customer_id text COLLATE "C",
    ADD COLUMN reached_conversion_key bigint, ADD COLUMN summed_time bigint`,
];

/**
 * Credits know conversions by key alone; the primary key has the customer before it and would have to be searched from end to
 * end.
 */
export const conversionKeys: readonly string[] = [
  'CREATE INDEX conversions_by_key ON conversions (organization_id, conversion_key)',
];

/**
 * Sums of years from the existing sums of months. Builds under way start over, because they sum up each year after its
 * months.
 */
export const creditYears: readonly string[] = [
  rollUp('credit_years', 'year'),
  openFor('credit_months'),
  `INSERT INTO credit_years ${yearsOfMonths} ${groupedByYear}`,
  closeFor('credit_months'),
  openFor('credit_versions'),
  `UPDATE credit_versions SET reached_time = NULL, reached_customer_id = NULL, reached_conversion_key = NULL, summed_time = NULL
    WHERE state = 'building'`,
  closeFor('credit_versions'),
  ...organizationWall('credit_years'),
];

/** Versions that are not being built must name no customer. */
export const placesLeft: readonly string[] = [
  openFor('credit_versions'),
  `UPDATE credit_versions SET reached_time = NULL, reached_conversion_id = '', reached_customer_id = NULL,
    reached_conversion_key = NULL, summed_time = NULL
    WHERE state <> 'building'`,
  closeFor('credit_versions'),
];
