import type { JourneyTouch } from './journey.ts';
import { millisecondsPerDay } from './time.ts';

/** The models that every conversion is credited by, in the order answers carry them. */
export const attributionModels = [
  'first',
  'last',
  'last-non-direct',
  'linear',
  'position-based',
  'time-decay',
] as const;
export type AttributionModel = (typeof attributionModels)[number];

/** The models that divide a conversion among several touches. */
const sharingModels: readonly AttributionModel[] = ['linear', 'position-based', 'time-decay'];

export function sharesConversions(model: AttributionModel): boolean {
  return sharingModels.includes(model);
}

/** The setting that a model depends on, for those that have one. */
const settingOfModel: Readonly<Partial<Record<AttributionModel, keyof ModelSettings>>> = {
  'position-based': 'positionWeights',
  'time-decay': 'halfLifeDays',
};

/** Whether a model gives every journey the same shares under both settings. */
export function sharesAlike(model: AttributionModel, one: ModelSettings, other: ModelSettings): boolean {
  const member = settingOfModel[model];
  return member === undefined || String(one[member]) === String(other[member]);
}

export function isAttributionModel(text: string): text is AttributionModel {
  return (attributionModels as readonly string[]).includes(text);
}

/** What an organization may choose about how credits are given. */
export interface ModelSettings {
  /** After how many days a touch counts half as much. */
  readonly halfLifeDays: number;
  /** For the first touch, all between together, and the last; at most six decimals each. */
  readonly positionWeights: readonly [first: number, middle: number, last: number];
}

type SharesOf = (journey: readonly JourneyTouch[], settings: ModelSettings) => number[];

const sharesByModel: Readonly<Record<AttributionModel, SharesOf>> = {
  first: (journey) => allTo(0, journey.length),
  last: (journey) => allTo(journey.length - 1, journey.length),
  'last-non-direct': (journey) => allTo(lastNonDirect(journey), journey.length),
  linear: (journey) => Array<number>(journey.length).fill(1),
  'position-based': (journey, { positionWeights }) => positionShares(journey.length, positionWeights),
  'time-decay': decayingShares,
};

/**
 * The share of each touch of a journey that is not empty, relative to the others: none is negative, and not all are 0. Whole
 * numbers where the rule allows them, so that equal shares are exactly equal.
 */
export function modelShares(
  model: AttributionModel,
  journey: readonly JourneyTouch[],
  settings: ModelSettings,
): readonly number[] {
  return sharesByModel[model](journey, settings);
}

/** Shares as weights that sum to 1. */
export function weightsOf(shares: readonly number[]): number[] {
  let total = 0;
  for (let index = 0; index < shares.length; index++) total += shares[index] ?? 0;
  // Allocated at full length, as are all lists here: growing one takes several times as long.
  const weights = Array<number>(shares.length);
  for (let index = 0; index < shares.length; index++) weights[index] = (shares[index] ?? 0) / total;
  return weights;
}

/** The index of the latest touch that is not direct; where all are direct, of the latest. */
export function lastNonDirect(journey: readonly JourneyTouch[]): number {
  const found = journey.findLastIndex(({ isDirect }) => !isDirect);
  return found === -1 ? journey.length - 1 : found;
}

function allTo(chosen: number, length: number): number[] {
  const shares = Array<number>(length).fill(0);
  if (length > 0) shares[chosen] = 1;
  return shares;
}

const positionUnits = 1_000_000;

function positionShares(length: number, weights: ModelSettings['positionWeights']): number[] {
  const [first, middle, last] = reduced(weights.map((weight) => Math.round(weight * positionUnits)));
  if (length === 1) return [1];
  // Nothing is between two touches: if only what is between has weight, they share equally.
  if (length === 2) return first + last === 0 ? [1, 1] : [first, last];
  const between = length - 2;
  const shares = Array<number>(length).fill(middle);
  shares[0] = first * between;
  shares[length - 1] = last * between;
  return shares;
}

/** The smallest whole numbers in the same proportion. */
function reduced(numbers: readonly number[]): [number, number, number] {
  const divisor = numbers.reduce(greatestCommonDivisor, 0) || 1;
  const [first = 0, middle = 0, last = 0] = numbers.map((number) => number / divisor);
  return [first, middle, last];
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}

/** Measured from the newest touch, whose share is 1, so that shares do not vanish however old the journey is. */
function decayingShares(journey: readonly JourneyTouch[], { halfLifeDays }: ModelSettings): number[] {
  const newest = journey.at(-1)?.occurredTime ?? 0;
  const halfLife = halfLifeDays * millisecondsPerDay;
  const shares = Array<number>(journey.length);
  for (let index = 0; index < journey.length; index++) {
    shares[index] = 2 ** (((journey[index]?.occurredTime ?? newest) - newest) / halfLife);
  }
  return shares;
}
