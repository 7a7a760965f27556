/**
 * Sums of fractions, each as close to the true sum as a number can be, in whatever order they are added: what rounding loses is
 * summed separately (Neumaier's algorithm).
 */
export class FractionSums {
  readonly #sums: Float64Array;
  readonly #lost: Float64Array;

  constructor(count: number) {
    this.#sums = new Float64Array(count);
    this.#lost = new Float64Array(count);
  }

  add(at: number, fraction: number): void {
    const before = this.#sums[at] ?? 0;
    const sum = before + fraction;
    const isLarger = Math.abs(before) >= Math.abs(fraction);
    const lost = isLarger ? before - sum + fraction : fraction - sum + before;
    this.#sums[at] = sum;
    this.#lost[at] = (this.#lost[at] ?? 0) + lost;
  }

  at(place: number): number {
    return (this.#sums[place] ?? 0) + (this.#lost[place] ?? 0);
  }

  first(count: number): Float64Array {
    const sums = new Float64Array(count);
    for (let place = 0; place < count; place++) sums[place] = this.at(place);
    return sums;
  }
}

/** What sums of many fractions may leave where the true sum is 0. */
export const noise = 1e-9;

const fewDigitsBelow = 1000;

/**
 * A number of conversions to twelve digits, or nine decimals where those are more: digits beyond depend on the order in which
 * fractions were added.
 */
export function cleanFraction(value: number): number {
  if (Math.abs(value) < noise) return 0;
  if (Number.isInteger(value)) return value;
  return Number(Math.abs(value) < fewDigitsBelow ? value.toPrecision(12) : value.toFixed(9));
}
