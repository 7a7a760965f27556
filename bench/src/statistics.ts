/** The middle value, or the mean of the middle two. Fails with `RangeError` for no values. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('No values have no median.');
  return (lower + upper) / 2;
}

/**
 * The smallest value that at least `share` (0 to 1) of all values do not exceed: always a measured one, never one in between.
 * `sorted` is in ascending order. Fails with `RangeError` for no values.
 */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = Math.max(0, Math.ceil(sorted.length * share) - 1);
  const value = sorted[place];
  if (value === undefined) throw new RangeError('No values have no quantiles.');
  return value;
}

export interface Ratio {
  /** The median of the runs over the median of the baseline. */
  readonly value: number;
  /** The smallest and the largest quotient of the two runs of a round. */
  readonly lowest: number;
  readonly highest: number;
}

/** Compares runs with those they took turns with; runs at the same index belong to one round. */
export function ratioOfMedians(runs: readonly number[], baseline: readonly number[]): Ratio {
  if (runs.length !== baseline.length) throw new RangeError('Each run needs one to compare it with.');
  const quotients = runs.map((run, round) => run / (baseline[round] ?? Number.NaN));
  return {
    value: median(runs) / median(baseline),
    lowest: Math.min(...quotients),
    highest: Math.max(...quotients),
  };
}
