/** The channels of a path, in any order, each once; numbers from 0. */
export interface ValuedSet {
  readonly channels: readonly number[];
  /** What the paths with these channels brought: conversions, or money. */
  readonly value: number;
}

/**
 * The Shapley value of each channel, where a coalition is worth what the paths within it brought. A set brings its value only
 * when it is complete, so its members share it equally.
 */
export function shapley(sets: Iterable<ValuedSet>, channelCount: number): readonly number[] {
  const values = new Float64Array(channelCount);
  for (const { channels, value } of sets) {
    for (const channel of channels) values[channel] = (values[channel] ?? 0) + value / channels.length;
  }
  return [...values];
}
