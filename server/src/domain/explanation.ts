import { type AttributionModel, lastNonDirect, modelShares, weightsOf } from './attribution-models.ts';
import type { CreditSettings } from './credit.ts';
import { type JourneyTouch, journeyOf } from './journey.ts';
import { type Instant, millisecondsPerDay } from './time.ts';

interface Place {
  readonly journey: readonly JourneyTouch[];
  readonly touch: JourneyTouch;
  /** From 0 for the oldest. */
  readonly index: number;
  readonly weight: number;
  /** The index of the touch that `last-non-direct` chooses. */
  readonly chosen: number;
  readonly settings: CreditSettings;
}

type Explain = (place: Place) => string;

const explanations: Readonly<Record<AttributionModel, Explain>> = {
  first: ({ index }) =>
    index === 0
      ? 'The first touch of the journey takes all.'
      : `Only the first touch of the journey takes credit; this is number ${index + 1}.`,
  last: ({ index, journey }) =>
    index === journey.length - 1
      ? 'The last touch of the journey takes all.'
      : `Only the last touch of the journey takes credit; this is number ${index + 1} of ${journey.length}.`,
  'last-non-direct': explainLastNonDirect,
  linear: ({ journey }) =>
    journey.length === 1
      ? 'The only touch of the journey takes all.'
      : `Each of the ${journey.length} touches takes an equal part.`,
  'position-based': explainPosition,
  'time-decay': explainDecay,
};

/**
 * For each touch of the journey that led to a conversion, oldest first, a sentence with the rule by which the model gave it its
 * weight, or none, made when it is asked for. Empty where the conversion has no journey.
 */
export function* explainCredits(
  model: AttributionModel,
  touches: readonly JourneyTouch[],
  occurredTime: Instant,
  settings: CreditSettings,
): Generator<string, undefined> {
  const journey = journeyOf(touches, occurredTime, settings.lookbackDays);
  if (journey.length === 0) return;
  const weights = weightsOf(modelShares(model, journey, settings));
  const chosen = lastNonDirect(journey);
  for (const [index, touch] of journey.entries())
    yield explanations[model]({ journey, touch, index, weight: weights[index] ?? 0, chosen, settings });
}

/** Why a conversion has no journey. */
export function explainUnattributed(lookbackDays: number): string {
  const window = lookbackDays === 1 ? 'the day' : `the ${lookbackDays} days`;
  return `No touch of the customer is known in ${window} before the conversion.`;
}

function explainLastNonDirect({ journey, touch, index, chosen }: Place): string {
  if (journey[chosen]?.isDirect === true) {
    return index === chosen
      ? 'All touches of the journey are direct, so the last one takes all.'
      : 'All touches of the journey are direct, so only the last one takes credit.';
  }
  if (index === chosen) return 'The latest touch that is not direct takes all.';
  return touch.isDirect
    ? 'This touch is direct, and the journey has one that is not.'
    : 'A later touch that is not direct takes all.';
}

function explainPosition({ journey, index, weight, settings }: Place): string {
  const { length } = journey;
  const [first, middle, last] = settings.positionWeights;
  if (length === 1) return 'The only touch of the journey takes all.';
  const part = percent(weight);
  if (length === 2) {
    if (first + last === 0)
      return 'No touch stands between the first and the last, so each of the two takes half.';
    return `Of two touches, the ${index === 0 ? 'first' : 'last'} takes ${part}: their weights are ${first} to ${last}.`;
  }
  if (index === 0) return `The first touch takes ${part}.`;
  if (index === length - 1) return `The last touch takes ${part}.`;
  if (length === 3) return `The touch between the first and the last takes ${part}.`;
  const together = percent(middle / (first + middle + last));
  return `The ${length - 2} touches between the first and the last share ${together}: ${part} each.`;
}

function explainDecay({ journey, touch, weight, settings }: Place): string {
  if (journey.length === 1) return 'The only touch of the journey takes all.';
  const rule = `A touch counts half as much for every ${span(settings.halfLifeDays * millisecondsPerDay)} of age`;
  const age = (journey.at(-1)?.occurredTime ?? 0) - touch.occurredTime;
  if (age === 0) return `${rule}; none is newer than this one, which takes ${percent(weight)}.`;
  return `${rule}; this one is ${span(age)} older than the newest and takes ${percent(weight)}.`;
}

const units: readonly (readonly [name: string, milliseconds: number])[] = [
  ['day', millisecondsPerDay],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1000],
];

/** In the largest unit of which it has one at least, so that a short one is not rounded to nothing. */
function span(milliseconds: number): string {
  const [name, length] = units.find((unit) => milliseconds >= unit[1]) ?? ['millisecond', 1];
  const text = rounded(milliseconds / length);
  return text === '1' ? `1 ${name}` : `${text} ${name}s`;
}

/** Nothing and all are said only of what is just that. */
function percent(part: number): string {
  const text = rounded(part * 100);
  if (text === '0' && part > 0) return 'less than 0.01%';
  return text === '100' && part < 1 ? 'more than 99.99%' : `${text}%`;
}

let rounding: Intl.NumberFormat | undefined;

function rounded(number: number): string {
  // With the first sentence: what Node then reads of languages would take a twentieth of every start.
  rounding ??= new Intl.NumberFormat('en', { maximumFractionDigits: 2, useGrouping: false });
  return rounding.format(number);
}
