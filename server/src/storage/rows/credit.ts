import { wholeAttributionSettings } from '../../domain/attribution-settings.ts';
import { isDirect } from '../../domain/touch.ts';
import type { CreditedFacts, CreditedTouch, CreditVersion } from '../credit.ts';
import type { ConversionRow, CreditVersionRow, RefundRow } from '../money-schema.ts';
import type { KeptCreditVersion } from '../ports/money.ts';
import type { Tuple } from './touch.ts';

/** What credits need of a touch's row. */
export interface CreditedTouchRow {
  readonly touch_key: number;
  readonly occurred_time: number;
  readonly tuple_id: number;
  /** 1 if it has neither click id nor referrer. */
  readonly is_bare: number;
}

export function creditedTouchOf(row: CreditedTouchRow, tuple: Tuple): CreditedTouch {
  const { ifBare, ifNot } = directnessOf(tuple);
  return {
    key: row.touch_key,
    occurredTime: row.occurred_time,
    tupleId: row.tuple_id,
    isDirect: row.is_bare === 1 ? ifBare : ifNot,
  };
}

/** By time, then by arrival. */
export function compareCreditedTouches(one: CreditedTouch, other: CreditedTouch): number {
  return one.occurredTime - other.occurredTime || one.key - other.key;
}

interface Directness {
  readonly ifBare: boolean;
  readonly ifNot: boolean;
}

/** Cached by the tuple object, which many touches share. */
const directness = new WeakMap<Tuple, Directness>();

function directnessOf(tuple: Tuple): Directness {
  const known = directness.get(tuple);
  if (known !== undefined) return known;
  const isDirectWith = (clickId: string | null) =>
    isDirect({ ...tuple, clickId, path: null, referrer: clickId });
  const judged = { ifBare: isDirectWith(null), ifNot: isDirectWith('') };
  directness.set(tuple, judged);
  return judged;
}

export type CreditedConversionRow = Pick<
  ConversionRow,
  'conversion_key' | 'conversion_id' | 'occurred_time' | 'amount' | 'currency' | 'is_first'
>;
export type CreditedRefundRow = Pick<RefundRow, 'conversion_key' | 'refund_key' | 'occurred_time' | 'amount'>;

export function creditedFactsOf(
  row: CreditedConversionRow,
  refunds: readonly CreditedRefundRow[],
  isFirst: boolean,
): CreditedFacts {
  return {
    key: row.conversion_key,
    id: row.conversion_id,
    occurredTime: row.occurred_time,
    amount: row.amount,
    currency: row.currency,
    isFirst,
    refunds: refunds.map((refund) => ({
      key: refund.refund_key,
      occurredTime: refund.occurred_time,
      amount: refund.amount,
    })),
  };
}

export interface CreditVersionWithSettings {
  readonly settings_version: number;
  readonly state: string;
  readonly reached_time: number | null;
  readonly reached_conversion_id: string;
  readonly reached_customer_id: string | null;
  readonly reached_conversion_key: number | null;
  readonly summed_time: number | null;
  readonly content: string | null;
}

/** The versions by which credits are kept: including the first, unless another is in force. */
export function creditVersionsOf(rows: readonly CreditVersionWithSettings[]): readonly CreditVersion[] {
  const kept = rows.filter(({ state }) => state !== 'dropping').map(creditVersionOf);
  return rows.some(({ state }) => state === 'live') ? kept : [firstVersion, ...kept];
}

function creditVersionOf(row: CreditVersionWithSettings): CreditVersion {
  return {
    version: row.settings_version,
    settings: wholeAttributionSettings(row.content === null ? null : JSON.parse(row.content)),
    reached: row.state === 'live' ? null : reachedBy(row),
  };
}

export function keptCreditVersionOf(row: CreditVersionRow): KeptCreditVersion {
  return {
    version: row.settings_version,
    state: row.state as KeptCreditVersion['state'],
    jobId: row.job_id,
  };
}

function reachedBy(row: CreditVersionWithSettings): NonNullable<CreditVersion['reached']> {
  const { reached_time: time, reached_conversion_id: id, reached_customer_id: customerId } = row;
  if (customerId !== null) {
    return { customerId, conversionKey: row.reached_conversion_key ?? 0, summedBefore: row.summed_time };
  }
  return {
    occurredTime: time ?? Number.NEGATIVE_INFINITY,
    id,
    leftOutFrom: row.summed_time ?? Number.POSITIVE_INFINITY,
  };
}

const firstVersion: CreditVersion = {
  version: 1,
  settings: wholeAttributionSettings(null),
  reached: null,
};
