import { sql } from 'kysely';
import { query } from './connection.ts';

const strictByKey = sql`strict, without rowid`;

export function affiliateTables() {
  return [...statementTables(), accountTable()];
}

function statementTables() {
  return [
    query.schema
      .createTable('affiliate_periods')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('period_number', 'integer', (column) => column.notNull())
      .addColumn('period_id', 'text', (column) => column.notNull())
      .addColumn('period_start', 'integer', (column) => column.notNull())
      .addColumn('period_end', 'integer', (column) => column.notNull())
      .addColumn('model', 'text', (column) => column.notNull())
      .addColumn('settings_version', 'integer', (column) => column.notNull())
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('closed_time', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('affiliate_periods_key', ['organization_id', 'period_number'])
      .modifyEnd(strictByKey),
    query.schema
      .createTable('affiliate_lines')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('period_number', 'integer', (column) => column.notNull())
      .addColumn('line_number', 'integer', (column) => column.notNull())
      .addColumn('about_number', 'integer', (column) => column.notNull())
      .addColumn('causes', 'text', (column) => column.notNull())
      .addColumn('currency', 'text')
      .addColumn('affiliate', 'text', (column) => column.notNull())
      .addColumn('sub_affiliate', 'text')
      .addColumn('click_id', 'text')
      .addColumn('touches', 'integer', (column) => column.notNull())
      .addColumn('customers', 'integer', (column) => column.notNull())
      .addColumn('conversions', 'real', (column) => column.notNull())
      .addColumn('gross', 'text', (column) => column.notNull())
      .addColumn('refunds', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('affiliate_lines_key', ['organization_id', 'period_number', 'line_number'])
      .modifyEnd(strictByKey),
  ];
}

function accountTable() {
  return query.schema
    .createTable('affiliate_accounts')
    .addColumn('organization_id', 'integer', (column) => column.notNull())
    .addColumn('about_number', 'integer', (column) => column.notNull())
    .addColumn('conversion_key', 'integer', (column) => column.notNull())
    .addColumn('account_number', 'integer', (column) => column.notNull())
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn('affiliate', 'text', (column) => column.notNull())
    .addColumn('sub_affiliate', 'text')
    .addColumn('click_id', 'text')
    .addColumn('conversions', 'real', (column) => column.notNull())
    .addColumn('gross', 'integer', (column) => column.notNull())
    .addColumn('refunds', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('affiliate_accounts_key', [
      'organization_id',
      'about_number',
      'conversion_key',
      'account_number',
    ])
    .modifyEnd(strictByKey);
}

/** Who came by the clicks of closed statements, so that these can be forgotten when touches no longer tell. */
export function affiliateClicks() {
  return [
    query.schema
      .createTable('affiliate_clicks')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('about_number', 'integer', (column) => column.notNull())
      .addColumn('click_id', 'text', (column) => column.notNull())
      .addPrimaryKeyConstraint('affiliate_clicks_key', [
        'organization_id',
        'customer_id',
        'about_number',
        'click_id',
      ])
      .modifyEnd(strictByKey),
    query.schema
      .createIndex('affiliate_clicks_by_click')
      .on('affiliate_clicks')
      .columns(['organization_id', 'click_id']),
  ];
}
