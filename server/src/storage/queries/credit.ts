import type { Kysely } from 'kysely';
import { creditColumns, refundCreditColumns } from '../money-columns.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import type { Schema } from '../schema.ts';

/** Adds and removes single rows of credits; parameters are named like the columns. */
export function creditWrites(query: Kysely<Schema>) {
  return {
    addCredit: query.insertInto('credits').values(parametersNamed(creditColumns)),
    addRefundCredit: query.insertInto('refund_credits').values(parametersNamed(refundCreditColumns)),
    removeCredit: query
      .deleteFrom('credits')
      .where('organization_id', '=', parameter<number>('organization_id'))
      .where('settings_version', '=', parameter<number>('settings_version'))
      .where('conversion_key', '=', parameter<number>('conversion_key'))
      .where('touch_key', '=', parameter<number>('touch_key')),
    removeRefundCredit: query
      .deleteFrom('refund_credits')
      .where('organization_id', '=', parameter<number>('organization_id'))
      .where('settings_version', '=', parameter<number>('settings_version'))
      .where('conversion_key', '=', parameter<number>('conversion_key'))
      .where('refund_key', '=', parameter<number>('refund_key'))
      .where('touch_key', '=', parameter<number>('touch_key')),
  };
}
