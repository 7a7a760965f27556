/** Many paths side by side, oldest step first, so that they can be handed to another thread at little cost. */
export interface PathTable {
  /** The steps of all paths, one path after the other; each is the number of a channel, or of another value. */
  readonly steps: Int32Array;
  /** Where the steps of each path end. */
  readonly ends: Int32Array;
  readonly conversions: Float64Array;
  /** Customers who went it and did not convert. */
  readonly nulls: Float64Array;
  /** In minor units; only to be weighed by, since it is exact up to 2^53 alone. */
  readonly revenue: Float64Array;
}

export interface PathEntry {
  readonly steps: readonly number[];
  readonly conversions: number;
  readonly nulls: number;
  readonly revenue: number;
}

export function pathTableOf(entries: readonly PathEntry[]): PathTable {
  const ends = new Int32Array(entries.length);
  let end = 0;
  for (const [index, { steps }] of entries.entries()) {
    end += steps.length;
    ends[index] = end;
  }
  const all = new Int32Array(end);
  for (const [index, { steps }] of entries.entries()) all.set(steps, (ends[index] ?? 0) - steps.length);
  return {
    steps: all,
    ends,
    conversions: Float64Array.from(entries, ({ conversions }) => conversions),
    nulls: Float64Array.from(entries, ({ nulls }) => nulls),
    revenue: Float64Array.from(entries, ({ revenue }) => revenue),
  };
}

export function* pathsOf({ steps, ends, conversions, nulls, revenue }: PathTable): Generator<{
  readonly steps: Int32Array;
  readonly conversions: number;
  readonly nulls: number;
  readonly revenue: number;
}> {
  let start = 0;
  for (const [index, end] of ends.entries()) {
    yield {
      steps: steps.subarray(start, end),
      conversions: conversions[index] ?? 0,
      nulls: nulls[index] ?? 0,
      revenue: revenue[index] ?? 0,
    };
    start = end;
  }
}
