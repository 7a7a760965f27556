/** An integer, as a `number` as long as that is exact, since numbers are far cheaper to add and to pass on. */
export type Whole = number | bigint;

export function plus(one: Whole, other: Whole): Whole {
  if (typeof one === 'bigint' || typeof other === 'bigint') return BigInt(one) + BigInt(other);
  const sum = one + other;
  return Math.abs(sum) <= Number.MAX_SAFE_INTEGER ? sum : BigInt(one) + BigInt(other);
}

/** The integer that a bigint or a text of digits states. */
export function wholeOf(told: bigint | string): Whole {
  const number = Number(told);
  return Number.isSafeInteger(number) ? number : BigInt(told);
}
