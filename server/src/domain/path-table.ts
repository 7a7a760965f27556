/** Many paths in parallel arrays, oldest step first, which are cheap to hand to another thread. */
export interface PathTable {
  /** The steps of all paths, one path after the other; each is the number of a channel, or of another value. */
  readonly steps: Int32Array;
  /** Where the steps of each path end. */
  readonly ends: Int32Array;
  readonly conversions: Float64Array;
  /** Customers who took the path and did not convert. */
  readonly nulls: Float64Array;
  /** In minor units. Only for weighting, since it is exact up to 2^53 only. */
  readonly revenue: Float64Array;
}

export interface PathEntry {
  readonly steps: readonly number[];
  readonly conversions: number;
  readonly nulls: number;
  readonly revenue: number;
}

export function pathTableOf(entries: readonly PathEntry[]): PathTable {
  const paths = new PathList();
  for (const entry of entries) paths.add(entry.steps, entry);
  return paths.table;
}

/** Collects paths one by one. */
export class PathList {
  readonly #steps: number[] = [];
  readonly #ends: number[] = [];
  readonly #conversions: number[] = [];
  readonly #nulls: number[] = [];
  readonly #revenue: number[] = [];

  add(steps: readonly number[], { conversions, nulls, revenue }: Omit<PathEntry, 'steps'>): void {
    for (const step of steps) this.#steps.push(step);
    this.#ends.push(this.#steps.length);
    this.#conversions.push(conversions);
    this.#nulls.push(nulls);
    this.#revenue.push(revenue);
  }

  get table(): PathTable {
    return {
      steps: new Int32Array(this.#steps),
      ends: new Int32Array(this.#ends),
      conversions: new Float64Array(this.#conversions),
      nulls: new Float64Array(this.#nulls),
      revenue: new Float64Array(this.#revenue),
    };
  }
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
