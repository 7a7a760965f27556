import { type CreateTableBuilder, sql } from 'kysely';
import { columnsPerModel, fractionMeasures, moneyMeasures } from '../money-columns.ts';
import { groupedByYear, yearsOfMonths } from '../roll-ups.ts';
import { query } from './connection.ts';

const strictByKey = sql`strict, without rowid`;

export function moneyTables() {
  return [...conversionTables(), ...creditTables(), ...otherTables()];
}

function conversionTables() {
  return [
    query.schema.alterTable('customers').addColumn('first_conversion_time', 'integer'),
    query.schema.alterTable('customers').addColumn('latest_conversion_time', 'integer'),
    query.schema
      .createTable('conversions')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('conversion_key', 'integer', (column) => column.notNull())
      .addColumn('conversion_id', 'text', (column) => column.notNull())
      .addColumn('occurred_time', 'integer', (column) => column.notNull())
      .addColumn('created_time', 'integer', (column) => column.notNull())
      .addColumn('updated_time', 'integer', (column) => column.notNull())
      .addColumn('type', 'text')
      .addColumn('amount', 'integer', (column) => column.notNull())
      .addColumn('currency', 'text', (column) => column.notNull())
      .addColumn('refunded_amount', 'integer', (column) => column.notNull())
      .addColumn('order_id', 'text')
      .addColumn('metadata', 'text')
      .addColumn('actor_id', 'integer', (column) => column.notNull())
      .addColumn('is_first', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('conversions_key', ['organization_id', 'customer_id', 'conversion_key'])
      .modifyEnd(strictByKey),
    query.schema
      .createIndex('conversions_by_id')
      .on('conversions')
      .columns(['organization_id', 'conversion_id'])
      .unique(),
    query.schema
      .createIndex('conversions_by_time')
      .on('conversions')
      .columns(['organization_id', 'occurred_time', 'conversion_id']),
    query.schema
      .createTable('refunds')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('customer_id', 'text', (column) => column.notNull())
      .addColumn('conversion_key', 'integer', (column) => column.notNull())
      .addColumn('refund_key', 'integer', (column) => column.notNull())
      .addColumn('refund_id', 'text', (column) => column.notNull())
      .addColumn('amount', 'integer', (column) => column.notNull())
      .addColumn('occurred_time', 'integer', (column) => column.notNull())
      .addColumn('created_time', 'integer', (column) => column.notNull())
      .addColumn('actor_id', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('refunds_key', [
        'organization_id',
        'customer_id',
        'conversion_key',
        'refund_key',
      ])
      .modifyEnd(strictByKey),
    query.schema
      .createIndex('refunds_by_id')
      .on('refunds')
      .columns(['organization_id', 'refund_id'])
      .unique(),
    query.schema.createIndex('refunds_by_time').on('refunds').columns(['organization_id', 'occurred_time']),
  ];
}

type Columns = CreateTableBuilder<string, string>;

/** One column for each model. */
function perModel(type: 'integer' | 'real', measures: readonly string[]) {
  return (table: Columns): Columns => {
    const names = measures.flatMap((measure) => columnsPerModel(measure));
    return names.reduce((all, name) => all.addColumn(name, type, (column) => column.notNull()), table);
  };
}

function place(table: string): Columns {
  return (query.schema.createTable(table) as Columns)
    .addColumn('organization_id', 'integer', (column) => column.notNull())
    .addColumn('settings_version', 'integer', (column) => column.notNull());
}

function rollUp(table: string, period: string) {
  return place(table)
    .addColumn('currency', 'text', (column) => column.notNull())
    .addColumn(period, 'integer', (column) => column.notNull())
    .addColumn('tuple_id', 'integer', (column) => column.notNull())
    .addColumn('credits', 'integer', (column) => column.notNull())
    .$call(perModel('real', fractionMeasures))
    .$call(perModel('integer', moneyMeasures))
    .addPrimaryKeyConstraint(`${table}_key`, [
      'organization_id',
      'settings_version',
      'currency',
      period,
      'tuple_id',
    ])
    .modifyEnd(strictByKey);
}

function creditTables() {
  const credits = (table: string) =>
    place(table).addColumn('conversion_key', 'integer', (column) => column.notNull());
  const touch = (table: Columns) =>
    table
      .addColumn('touch_key', 'integer', (column) => column.notNull())
      .addColumn('tuple_id', 'integer', (column) => column.notNull());
  const key = ['organization_id', 'settings_version', 'conversion_key'];
  return [
    credits('credits')
      .$call(touch)
      .$call(perModel('real', ['weight']))
      .$call(perModel('integer', ['amount']))
      .addPrimaryKeyConstraint('credits_key', [...key, 'touch_key'])
      .modifyEnd(strictByKey),
    credits('refund_credits')
      .addColumn('refund_key', 'integer', (column) => column.notNull())
      .$call(touch)
      .$call(perModel('integer', ['amount']))
      .addPrimaryKeyConstraint('refund_credits_key', [...key, 'refund_key', 'touch_key'])
      .modifyEnd(strictByKey),
    rollUp('credit_days', 'day'),
    rollUp('credit_months', 'month'),
    place('credit_versions')
      .addColumn('state', 'text', (column) => column.notNull())
      .addColumn('reached_time', 'integer')
      .addColumn('reached_conversion_id', 'text', (column) => column.notNull())
      .addColumn('credited_conversions', 'integer', (column) => column.notNull())
      .addColumn('total_conversions', 'integer')
      .addColumn('job_id', 'text')
      .addPrimaryKeyConstraint('credit_versions_key', ['organization_id', 'settings_version'])
      .modifyEnd(strictByKey),
  ];
}

function otherTables() {
  return [
    query.schema
      .createTable('spend')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('day', 'integer', (column) => column.notNull())
      .addColumn('digest', 'blob', (column) => column.notNull())
      .addColumn('channel', 'text')
      .addColumn('medium', 'text')
      .addColumn('source', 'text')
      .addColumn('campaign', 'text')
      .addColumn('term', 'text')
      .addColumn('content', 'text')
      .addColumn('affiliate', 'text')
      .addColumn('sub_affiliate', 'text')
      .addColumn('sales_agent', 'text')
      .addColumn('currency', 'text', (column) => column.notNull())
      .addColumn('amount', 'integer', (column) => column.notNull())
      .addColumn('updated_time', 'integer', (column) => column.notNull())
      .addPrimaryKeyConstraint('spend_key', ['organization_id', 'day', 'digest'])
      .modifyEnd(strictByKey),
    query.schema
      .createTable('jobs')
      .addColumn('organization_id', 'integer', (column) => column.notNull())
      .addColumn('job_id', 'text', (column) => column.notNull())
      .addColumn('type', 'text', (column) => column.notNull())
      .addColumn('status', 'text', (column) => column.notNull())
      .addColumn('progress', 'real', (column) => column.notNull())
      .addColumn('request', 'text', (column) => column.notNull())
      .addColumn('result', 'text')
      .addColumn('error', 'text')
      .addColumn('actor', 'text', (column) => column.notNull())
      .addColumn('holder', 'text')
      .addColumn('claimed_until', 'integer')
      .addColumn('created_time', 'integer', (column) => column.notNull())
      .addColumn('updated_time', 'integer', (column) => column.notNull())
      .addColumn('finished_time', 'integer')
      .addPrimaryKeyConstraint('jobs_key', ['organization_id', 'job_id'])
      .modifyEnd(strictByKey),
    query.schema
      .createIndex('jobs_unfinished')
      .on('jobs')
      .columns(['organization_id', 'job_id'])
      .where(sql.ref('finished_time'), 'is', null),
  ];
}

/** Sums of years from the existing sums of months. Builds under way start over, because a build sums up each year at its end. */
export function creditYears() {
  const summing = sql`insert into credit_years ${sql.raw(yearsOfMonths)} ${sql.raw(groupedByYear)}`;
  return [
    rollUp('credit_years', 'year'),
    { compile: () => summing.compile(query) },
    query.updateTable('credit_versions').set({ reached_time: null }).where('state', '=', 'building'),
  ];
}

export function creditOrder() {
  return [
    query.schema.alterTable('credit_versions').addColumn('reached_customer_id', 'text'),
    query.schema.alterTable('credit_versions').addColumn('reached_conversion_key', 'integer'),
    query.schema.alterTable('credit_versions').addColumn('summed_time', 'integer'),
  ];
}

/** Versions that are not being built must name no customer. */
export function placesLeft() {
  const places = { reached_time: null, reached_customer_id: null, reached_conversion_key: null };
  const versions = query.updateTable('credit_versions').where('state', '<>', 'building');
  return [versions.set({ ...places, reached_conversion_id: '', summed_time: null })];
}

/** Builds begun by a version that did not keep what is left out of the sums start over. */
export function openSums() {
  const building = query.updateTable('credit_versions').where('state', '=', 'building');
  return [building.set({ reached_time: null, summed_time: null })];
}
