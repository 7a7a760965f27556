import type { AttributionSettings } from '../domain/attribution-settings.ts';
import {
  type ConversionCredits,
  type CreditedConversion,
  type CreditedRefund,
  creditsOf,
} from '../domain/credit.ts';
import type { JourneyTouch } from '../domain/journey.ts';
import type { Instant } from '../domain/time.ts';
import type { CreditRow, RefundCreditRow } from './money-schema.ts';

/** What credits need of a touch, with the number of its tuple. */
export interface CreditedTouch extends JourneyTouch {
  readonly tupleId: number;
}

/** What credits need of a conversion. */
export interface CreditedFacts extends CreditedConversion {
  readonly key: number;
  /** The public id. */
  readonly id: string;
  readonly currency: string;
  readonly isFirst: boolean;
  readonly refunds: readonly CreditedRefund[];
}

/** A version of the settings by which credits are kept. */
export interface CreditVersion {
  readonly version: number;
  readonly settings: AttributionSettings;
  /** How far it is built; null once it is complete. */
  readonly reached: ConversionPoint | CustomerPoint | null;
}

/** A place in the order of all conversions. */
export interface ConversionPoint {
  /** Before all conversions while nothing is reached yet. */
  readonly occurredTime: Instant;
  readonly id: string;
  /** The sums by conversion date lack the credits of conversions dated then or later. The sums by refund date lack nothing. */
  readonly leftOutFrom: Instant;
}

/** A place in the order of customers. Credits are summed up once all conversions have theirs. */
export interface CustomerPoint {
  readonly customerId: string;
  readonly conversionKey: number;
  /** The sums include what is dated before this; null while conversions are still being credited. */
  readonly summedBefore: Instant | null;
}

export interface CreditRows {
  readonly credits: CreditRow[];
  readonly refundCredits: RefundCreditRow[];
}

/**
 * Whether the version already has the credits of a customer's conversion. Ids are ASCII, so every engine orders them like
 * this.
 */
export function reaches(
  { reached }: CreditVersion,
  customerId: string,
  { key, occurredTime, id }: Pick<CreditedFacts, 'key' | 'occurredTime' | 'id'>,
): boolean {
  if (reached === null) return true;
  if ('summedBefore' in reached) {
    if (reached.summedBefore !== null || customerId < reached.customerId) return true;
    return customerId === reached.customerId && key <= reached.conversionKey;
  }
  if (occurredTime < reached.occurredTime) return true;
  return occurredTime === reached.occurredTime && id <= reached.id;
}

/** The sums include all credits the version has that are dated before this. */
export function summedBefore({ reached }: CreditVersion): Instant {
  if (reached === null || !('summedBefore' in reached)) return Number.POSITIVE_INFINITY;
  return reached.summedBefore ?? Number.NEGATIVE_INFINITY;
}

/** The credits of conversions dated then or later are left out of the sums; the builder of the version adds them later. */
export function leftOutFrom({ reached }: CreditVersion): Instant {
  return reached !== null && 'leftOutFrom' in reached ? reached.leftOutFrom : Number.POSITIVE_INFINITY;
}

/** The sums by year include the years that end before this: a build sums up each year when it reaches its end. */
export function yearsSummedBefore({ reached }: CreditVersion): Instant {
  if (reached === null) return Number.POSITIVE_INFINITY;
  if (!('summedBefore' in reached)) return reached.occurredTime;
  return reached.summedBefore ?? Number.NEGATIVE_INFINITY;
}

/** Adds the rows of a conversion's credits as the domain computes them. `touches` come by time, then by arrival. */
export function addCreditRows(
  rows: CreditRows,
  organizationId: number,
  { version, settings }: CreditVersion,
  touches: readonly CreditedTouch[],
  conversion: CreditedFacts,
): void {
  const credits = creditsOf(touches, conversion, conversion.refunds, settings);
  const conversionKey = conversion.key;
  const tupleIds = tupleIdsOf(credits, touches);
  for (let index = 0; index < tupleIds.length; index++) {
    rows.credits.push(creditRowOf(organizationId, version, conversionKey, tupleIds, credits, index));
  }
  for (const [refund, refundKey] of credits.refundKeys.entries()) {
    for (const [index, touchKey] of credits.touchKeys.entries()) {
      rows.refundCredits.push({
        organization_id: organizationId,
        settings_version: version,
        conversion_key: conversionKey,
        refund_key: refundKey,
        touch_key: touchKey,
        tuple_id: tupleIds[index] ?? 0,
        ...refundedAt(credits, refund, index),
      });
    }
  }
}

/** One for each touch of the journey, which is a contiguous part of `touches`. */
function tupleIdsOf({ touchKeys }: ConversionCredits, touches: readonly CreditedTouch[]): readonly number[] {
  const [first] = touchKeys;
  const start = touches.findIndex(({ key }) => key === first);
  if (start === -1) return [0];
  const tupleIds: number[] = [];
  for (let index = start; index < start + touchKeys.length; index++) {
    tupleIds.push(touches[index]?.tupleId ?? 0);
  }
  return tupleIds;
}

/** Written out: it runs several times per conversion. */
function creditRowOf(
  organizationId: number,
  version: number,
  conversionKey: number,
  tupleIds: readonly number[],
  { touchKeys, models }: ConversionCredits,
  index: number,
): CreditRow {
  return {
    organization_id: organizationId,
    settings_version: version,
    conversion_key: conversionKey,
    touch_key: touchKeys[index] ?? 0,
    tuple_id: tupleIds[index] ?? 0,
    weight_first: models.first.weights[index] ?? 0,
    weight_last: models.last.weights[index] ?? 0,
    weight_last_non_direct: models['last-non-direct'].weights[index] ?? 0,
    weight_linear: models.linear.weights[index] ?? 0,
    weight_position_based: models['position-based'].weights[index] ?? 0,
    weight_time_decay: models['time-decay'].weights[index] ?? 0,
    amount_first: models.first.amounts[index] ?? 0,
    amount_last: models.last.amounts[index] ?? 0,
    amount_last_non_direct: models['last-non-direct'].amounts[index] ?? 0,
    amount_linear: models.linear.amounts[index] ?? 0,
    amount_position_based: models['position-based'].amounts[index] ?? 0,
    amount_time_decay: models['time-decay'].amounts[index] ?? 0,
  };
}

function refundedAt({ models }: ConversionCredits, refund: number, index: number) {
  return {
    amount_first: models.first.refunded[refund]?.[index] ?? 0,
    amount_last: models.last.refunded[refund]?.[index] ?? 0,
    amount_last_non_direct: models['last-non-direct'].refunded[refund]?.[index] ?? 0,
    amount_linear: models.linear.refunded[refund]?.[index] ?? 0,
    amount_position_based: models['position-based'].refunded[refund]?.[index] ?? 0,
    amount_time_decay: models['time-decay'].refunded[refund]?.[index] ?? 0,
  };
}
