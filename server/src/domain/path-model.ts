import { type MarkovOrder, markov } from './markov.ts';
import { type PathTable, pathsOf } from './path-table.ts';
import { shapley } from './shapley.ts';

export const pathModels = ['markov', 'shapley'] as const;
export type PathModel = (typeof pathModels)[number];

export interface PathModelQuestion {
  readonly model: PathModel;
  readonly order: MarkovOrder;
  /** Channels are numbers from 0 to below this. */
  readonly channelCount: number;
}

export interface PathModelCredit {
  /** For all paths together. */
  readonly conversions: number;
  /** The part of all paths that converted; 0 where there are none. */
  readonly conversionProbability: number;
  /** By channel. */
  readonly channels: readonly {
    /** Null where the model has none. */
    readonly removalEffect: number | null;
    readonly conversions: number;
    /** The channel's share of the revenue, relative to the others. */
    readonly revenueShare: number;
  }[];
}

/** What each channel is worth by the paths themselves. Fails with `invalid` where there are too many states. */
export function pathModelCredit(
  paths: PathTable,
  { model, order, channelCount }: PathModelQuestion,
): PathModelCredit {
  const conversions = paths.conversions.reduce((sum, count) => sum + count, 0);
  const nulls = paths.nulls.reduce((sum, count) => sum + count, 0);
  if (model === 'shapley') {
    const all = conversions + nulls;
    const values = shapley(setsOf(paths, 'conversions'), channelCount);
    const revenue = shapley(setsOf(paths, 'revenue'), channelCount);
    return {
      conversions,
      conversionProbability: all === 0 ? 0 : conversions / all,
      channels: values.map((value, channel) => ({
        removalEffect: null,
        conversions: value,
        revenueShare: revenue[channel] ?? 0,
      })),
    };
  }
  const { conversionProbability, removalEffects, shares } = markov(countedPaths(paths), channelCount, order);
  return {
    conversions,
    conversionProbability,
    channels: removalEffects.map((removalEffect, channel) => {
      const share = shares[channel] ?? 0;
      return { removalEffect, conversions: share * conversions, revenueShare: share };
    }),
  };
}

function* countedPaths(paths: PathTable) {
  for (const { steps, conversions, nulls } of pathsOf(paths)) yield { channels: steps, conversions, nulls };
}

function* setsOf(paths: PathTable, measure: 'conversions' | 'revenue') {
  for (const path of pathsOf(paths)) {
    if (path[measure] > 0) yield { channels: [...new Set(path.steps)], value: path[measure] };
  }
}
