/**
 * Sums of fractions, side by side, each as near to the true one as a number can be, in whatever order they come: what a sum
 * loses by rounding is kept beside it (Neumaier's algorithm).
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

/** What sums of many fractions leave where there is nothing. */
export const noise = 1e-9;

const fewDigitsBelow = 1000;

/**
 * A number of conversions to twelve digits, and to nine decimals at least: what is beyond depends on the order in which
 * fractions were added.
 */
export function cleanFraction(value: number): number {
  if (Math.abs(value) < noise) return 0;
  if (Number.isInteger(value)) return value;
  return Number(Math.abs(value) < fewDigitsBelow ? value.toPrecision(12) : value.toFixed(9));
}
