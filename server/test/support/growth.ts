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
  return ratioOf(
    () => timeOf(1, () => work(whole)),
    () => timeOf(parts, () => work(part)),
  );
}

/** How many times longer one work takes than the other. */
export function timesLonger(one: () => void, other: () => void): number {
  return ratioOf(
    () => timeOf(1, one),
    () => timeOf(1, other),
  );
}

function ratioOf(timeOfOne: () => number, timeOfOther: () => number): number {
  let [one, other] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  // The best of several, since a shared machine may pause any one of them.
  for (let round = 0; round < rounds; round++) {
    one = Math.min(one, timeOfOne());
    other = Math.min(other, timeOfOther());
  }
  return one / other;
}

function timeOf(times: number, work: () => void): number {
  const start = performance.now();
  for (let time = 0; time < times; time++) work();
  return performance.now() - start;
}
