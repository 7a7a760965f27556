import {
  type ConversionRow,
  type CreditRow,
  type JobRow,
  type ModelColumn,
  modelColumns,
  type RefundCreditRow,
  type RefundRow,
  type RollUpRow,
  type SpendRow,
} from './money-schema.ts';

/** The columns of the money tables whose rows are written as a whole. */
export const conversionColumns = [
  'organization_id',
  'customer_id',
  'conversion_key',
  'conversion_id',
  'occurred_time',
  'created_time',
  'updated_time',
  'type',
  'amount',
  'currency',
  'refunded_amount',
  'order_id',
  'metadata',
  'actor_id',
  'is_first',
] as const satisfies readonly (keyof ConversionRow)[];

export const refundColumns = [
  'organization_id',
  'customer_id',
  'conversion_key',
  'refund_key',
  'refund_id',
  'amount',
  'occurred_time',
  'created_time',
  'actor_id',
] as const satisfies readonly (keyof RefundRow)[];

/** The column of each model for a measure, in the order of the models. */
export function columnsPerModel<Measure extends string>(
  measure: Measure,
): readonly `${Measure}_${ModelColumn}`[] {
  return modelColumns.map((model) => `${measure}_${model}` as const);
}

export const creditColumns = [
  'organization_id',
  'settings_version',
  'conversion_key',
  'touch_key',
  'tuple_id',
  ...columnsPerModel('weight'),
  ...columnsPerModel('amount'),
] as const satisfies readonly (keyof CreditRow)[];

export const refundCreditColumns = [
  'organization_id',
  'settings_version',
  'conversion_key',
  'refund_key',
  'touch_key',
  'tuple_id',
  ...columnsPerModel('amount'),
] as const satisfies readonly (keyof RefundCreditRow)[];

/** What a roll-up sums up. Counts of conversions and customers are fractions. */
export const fractionMeasures = ['conversions', 'new_customers'] as const;
export const moneyMeasures = ['revenue', 'refunds', 'dated_refunds'] as const;

export const measureColumns = [...fractionMeasures, ...moneyMeasures].flatMap((measure) =>
  columnsPerModel(measure),
) satisfies readonly (keyof RollUpRow)[];

export const spendColumns = [
  'organization_id',
  'day',
  'digest',
  'channel',
  'medium',
  'source',
  'campaign',
  'term',
  'content',
  'affiliate',
  'sub_affiliate',
  'sales_agent',
  'currency',
  'amount',
  'updated_time',
] as const satisfies readonly (keyof SpendRow)[];

export const jobColumns = [
  'organization_id',
  'job_id',
  'type',
  'status',
  'progress',
  'request',
  'result',
  'error',
  'actor',
  'holder',
  'claimed_until',
  'created_time',
  'updated_time',
  'finished_time',
] as const satisfies readonly (keyof JobRow)[];
