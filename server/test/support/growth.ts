const parts = 16;
const rounds = 9;

/** The most that `growthOf` may be where time grows with the size: far from 1, and far from the 16 of its square. */
export const linearGrowth = 6;

/**
 * How many times longer work on `size` takes than sixteen times the work on a sixteenth of it: about 1 where time grows
 * with the size, about 16 where it grows with its square. `prepare` is not timed.
 */
export function growthOf<Prepared>(
  size: number,
  prepare: (size: number) => Prepared,
  work: (prepared: Prepared) => void,
): number {
  const whole = prepare(size);
  const part = prepare(size / parts);
  let [ofWhole, ofParts] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  // The best of several, since a shared machine may pause any one of them.
  for (let round = 0; round < rounds; round++) {
    ofWhole = Math.min(
      ofWhole,
      timeOf(1, () => work(whole)),
    );
    ofParts = Math.min(
      ofParts,
      timeOf(parts, () => work(part)),
    );
  }
  return ofWhole / ofParts;
}

function timeOf(times: number, work: () => void): number {
  const start = performance.now();
  for (let time = 0; time < times; time++) work();
  return performance.now() - start;
}
