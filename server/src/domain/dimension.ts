import type { ChannelTuple } from './channel.ts';
import { compareCodePoints } from './code-points.ts';

/** What reports can be grouped by: members of a lead source that repeat, and the channel derived from them. */
export const dimensions = [
  'channel',
  'medium',
  'source',
  'campaign',
  'term',
  'content',
  'affiliate',
  'subAffiliate',
  'salesAgent',
] as const;
export type Dimension = (typeof dimensions)[number];

/** In the order of the dimensions asked for; null for what is unset. */
export type DimensionValues = readonly (string | null)[];

/** Stands for the tuple of conversions that no touch led to. */
export const noTuple = 0;

export type ChannelOf = (tuple: ChannelTuple) => string;

export function valuesOf(
  asked: readonly Dimension[],
  tuple: ChannelTuple,
  channelOf: ChannelOf,
): DimensionValues {
  return asked.map((dimension) => (dimension === 'channel' ? channelOf(tuple) : tuple[dimension]));
}

/** By code point, as texts are ordered everywhere here; unset values come first. */
export function compareValues(one: DimensionValues, other: DimensionValues): number {
  for (const [index, value] of one.entries()) {
    const difference = compareTexts(value, other[index] ?? null);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareTexts(one: string | null, other: string | null): number {
  if (one === other) return 0;
  if (one === null || other === null) return one === null ? -1 : 1;
  return compareCodePoints(one, other);
}
