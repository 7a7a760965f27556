/** A whole number, as a number as long as it is exact as one: these take far less to add up and to hand on. */
export type Whole = number | bigint;

export function plus(one: Whole, other: Whole): Whole {
  if (typeof one === 'bigint' || typeof other === 'bigint') return BigInt(one) + BigInt(other);
  const sum = one + other;
  return Math.abs(sum) <= Number.MAX_SAFE_INTEGER ? sum : BigInt(one) + BigInt(other);
}

/** What a large number, or some digits, say. */
export function wholeOf(told: bigint | string): Whole {
  const number = Number(told);
  return Number.isSafeInteger(number) ? number : BigInt(told);
}
