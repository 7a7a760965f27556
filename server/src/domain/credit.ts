import {
  type AttributionModel,
  type ModelSettings,
  modelShares,
  sharesAlike,
  weightsOf,
} from './attribution-models.ts';
import { type JourneyTouch, journeyOf } from './journey.ts';
import { type MinorUnits, splitAmount } from './money.ts';
import type { Instant } from './time.ts';
import type { TouchKey } from './touch.ts';

/** The choices of an organization that credits depend on. */
export interface CreditSettings extends ModelSettings {
  readonly lookbackDays: number;
}

/** Whether a model gives the same credits under both settings, whatever is known. */
export function creditsAlike(model: AttributionModel, one: CreditSettings, other: CreditSettings): boolean {
  return one.lookbackDays === other.lookbackDays && sharesAlike(model, one, other);
}

export interface CreditedConversion {
  readonly occurredTime: Instant;
  readonly amount: MinorUnits;
}

export interface CreditedRefund {
  /** Orders refunds of one moment by arrival. */
  readonly key: number;
  readonly occurredTime: Instant;
  readonly amount: MinorUnits;
}

/** Stands for the touch of a conversion that no touch led to. */
export const noTouch: TouchKey = 0;

/** The credits of one model, in the order of the touches. */
export interface ModelCredits {
  /** Sum to 1. */
  readonly weights: readonly number[];
  /** Sum to the conversion's amount. */
  readonly amounts: readonly MinorUnits[];
  /** For each refund, what it takes from each touch; this sums to the refund's amount. */
  readonly refunded: readonly (readonly MinorUnits[])[];
}

export interface ConversionCredits {
  /** The credited touches, oldest first; `noTouch` alone where the conversion is unattributed. */
  readonly touchKeys: readonly TouchKey[];
  /** In the order in which they are deducted. */
  readonly refundKeys: readonly number[];
  readonly models: Readonly<Record<AttributionModel, ModelCredits>>;
}

/** The credits of a conversion: a function of what is known of its customer, and of nothing else. */
export function creditsOf(
  touches: readonly JourneyTouch[],
  conversion: CreditedConversion,
  refunds: readonly CreditedRefund[],
  settings: CreditSettings,
): ConversionCredits {
  const journey = journeyOf(touches, conversion.occurredTime, settings.lookbackDays);
  const ordered = refunds.toSorted(compareRefunds);
  const creditsBy = (model: AttributionModel): ModelCredits => {
    const shares = journey.length === 0 ? [1] : modelShares(model, journey, settings);
    const amounts = splitAmount(conversion.amount, shares);
    return { weights: weightsOf(shares), amounts, refunded: splitRefunds(amounts, ordered) };
  };
  return {
    touchKeys: journey.length === 0 ? [noTouch] : journey.map(({ key }) => key),
    refundKeys: ordered.map(({ key }) => key),
    models: {
      first: creditsBy('first'),
      last: creditsBy('last'),
      'last-non-direct': creditsBy('last-non-direct'),
      linear: creditsBy('linear'),
      'position-based': creditsBy('position-based'),
      'time-decay': creditsBy('time-decay'),
    },
  };
}

/** By the moment they occurred, then by arrival. */
function compareRefunds(one: CreditedRefund, other: CreditedRefund): number {
  return one.occurredTime - other.occurredTime || one.key - other.key;
}

/**
 * What each refund, in order, takes from each amount, in proportion to what earlier refunds left. Refunds that add up to the
 * whole take every amount exactly, whatever their sequence.
 */
export function splitRefunds(
  amounts: readonly MinorUnits[],
  refunds: readonly Pick<CreditedRefund, 'amount'>[],
): readonly (readonly MinorUnits[])[] {
  let left = amounts;
  return refunds.map(({ amount }) => {
    const parts = splitAmount(amount, left);
    left = left.map((rest, index) => rest - (parts[index] ?? 0));
    return parts;
  });
}
