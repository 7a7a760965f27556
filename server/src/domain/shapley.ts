/** The channels that a path leads through, in any order, each once; numbers from 0. */
export interface ValuedSet {
  readonly channels: readonly number[];
  /** What its paths brought: conversions, or money. */
  readonly value: number;
}

/**
 * The Shapley value of each channel where a coalition is worth what the paths within it brought. Each set of channels
 * brings its value only once all of it is together, so that each member has an equal part in it, whatever their number.
 */
export function shapley(sets: Iterable<ValuedSet>, channelCount: number): readonly number[] {
  const values = new Float64Array(channelCount);
  for (const { channels, value } of sets) {
    for (const channel of channels) values[channel] = (values[channel] ?? 0) + value / channels.length;
  }
  return [...values];
}
