import { currencyCodesByDigits } from './lists/currencies.ts';

/** An amount as a whole number of the currency's minor units, not negative and below `amountLimit`. */
export type MinorUnits = number;

/** Amounts stay below: in minor units, so that sums of them are exact, too. */
export const amountLimit = 1e15;

const digitsByCurrency: ReadonlyMap<string, number> = new Map(
  currencyCodesByDigits.flatMap(([digits, codes]) => codes.split(' ').map((code) => [code, digits] as const)),
);

/** The codes of all known currencies, ordered. */
export const currencies: readonly string[] = [...digitsByCurrency.keys()].toSorted();

/** How many decimals amounts of the currency have; undefined for a code that ISO 4217 does not know. */
export function currencyDigits(currency: string): number | undefined {
  return digitsByCurrency.get(currency);
}

export type ReadAmount = { readonly amount: MinorUnits } | { readonly fault: string };

const plainDecimal = /^(?:0|[1-9]\d*)(?:\.(\d+))?$/;

/**
 * The amount that a decimal text, or a JSON number, states exactly. A number is what its shortest decimal says, so that
 * one with binary noise has more decimals than any currency.
 */
export function readAmount(told: string | number, digits: number): ReadAmount {
  if (typeof told === 'number' && !Number.isFinite(told)) return { fault: 'must be a finite number' };
  const text = typeof told === 'string' ? told : String(told);
  if (/^-/.test(text)) return { fault: 'must not be negative' };
  const tooSmallToWrite = typeof told === 'number' && /e-/.test(text);
  const match = plainDecimal.exec(text);
  if (match === null) {
    if (typeof told === 'string') return { fault: 'must be a decimal number such as 34.17' };
    return { fault: tooSmallToWrite ? tooManyDecimals(digits) : tooLarge(digits) };
  }
  const decimals = match[1] ?? '';
  if (decimals.length > digits) return { fault: tooManyDecimals(digits) };
  const amount = Number(text.replace('.', '') + '0'.repeat(digits - decimals.length));
  return amount < amountLimit ? { amount } : { fault: tooLarge(digits) };
}

function tooManyDecimals(digits: number): string {
  return digits === 0
    ? 'must not have decimals in this currency'
    : `must not have more than ${digits} decimals in this currency`;
}

function tooLarge(digits: number): string {
  return `must be below ${formatAmount(amountLimit, digits)} in this currency`;
}

/** Decimal text with the currency's digits, a minus sign before what is negative: `34.17`, `-0.05`, `300`. */
export function formatAmount(amount: number | bigint, digits: number): string {
  const written = String(amount);
  if (digits === 0) return written;
  const sign = written.startsWith('-') ? '-' : '';
  const units = written.slice(sign.length).padStart(digits + 1, '0');
  return `${sign}${units.slice(0, -digits)}.${units.slice(-digits)}`;
}

/**
 * Splits an amount in proportion to shares, which need not sum to 1: each part is rounded down, and the units left over
 * go to the largest fractions, of equal ones to the latest. The parts sum to the amount, exactly.
 */
export function splitAmount(amount: MinorUnits, shares: readonly number[]): number[] {
  const total = sumOf(shares);
  if (amount === 0) return shares.map(() => 0);
  if (!(total > 0)) throw new RangeError('An amount was to be split by shares that are all nothing.');
  return (
    splitWhole(amount, shares, total) ?? splitRounded(amount, shares, total) ?? splitExactly(amount, shares)
  );
}

/** As `splitAmount`, for sums of any size. */
export function splitSum(total: bigint, shares: readonly number[]): readonly bigint[] {
  const whole = wholeShares(shares);
  const all = whole.reduce((sum, share) => sum + share, 0n);
  if (all === 0n) return shares.map(() => 0n);
  const parts = whole.map((share) => (share * total) / all);
  const left = total - parts.reduce((sum, part) => sum + part, 0n);
  const byRemainder = whole
    .map((share, index) => ({ index, remainder: (share * total) % all }))
    .sort((one, other) => compare(other.remainder, one.remainder) || other.index - one.index);
  for (const { index } of byRemainder.slice(0, Number(left))) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts;
}

function sumOf(shares: readonly number[]): number {
  let total = 0;
  for (const share of shares) total += share;
  return total;
}

/** By whole-number arithmetic as long as no product leaves the numbers that are exact; null where one does. */
function splitWhole(amount: number, shares: readonly number[], total: number): number[] | null {
  if (amount * total > Number.MAX_SAFE_INTEGER || !shares.every(Number.isInteger)) return null;
  const remainders = shares.map((share) => (amount * share) % total);
  const parts = shares.map((share, index) => (amount * share - (remainders[index] ?? 0)) / total);
  return withLeftOver(amount, parts, remainders);
}

/** By rounded arithmetic where its error provably decides nothing; null where it might. */
function splitRounded(amount: number, shares: readonly number[], total: number): number[] | null {
  const error = amount * (shares.length + 3) * Number.EPSILON;
  const parts: number[] = [];
  const fractions: number[] = [];
  for (const share of shares) {
    const quotient = (amount * share) / total;
    const part = Math.floor(quotient);
    const fraction = quotient - part;
    if (share !== 0 && (fraction < error || fraction > 1 - error)) return null;
    parts.push(part);
    fractions.push(fraction);
  }
  const leftOver = amount - sumOf(parts);
  const ordered = fractions.toSorted((one, other) => other - one);
  const [lastGiven = 1, firstLeft = 0] = [ordered[leftOver - 1], ordered[leftOver]];
  return lastGiven - firstLeft <= 2 * error ? null : withLeftOver(amount, parts, fractions);
}

/** Doubles are fractions with a power of two below: over the least of these, all are whole. */
function splitExactly(amount: number, shares: readonly number[]): number[] {
  const whole = wholeShares(shares);
  const total = whole.reduce((sum, share) => sum + share, 0n);
  const products = whole.map((share) => share * BigInt(amount));
  const parts = products.map((product) => Number(product / total));
  return withLeftOver(
    amount,
    parts,
    products.map((product) => product % total),
  );
}

function wholeShares(shares: readonly number[]): bigint[] {
  const bits = new DataView(new ArrayBuffer(8));
  return shares.map((share) => {
    bits.setFloat64(0, share);
    const exponent = (bits.getUint32(0) >>> 20) & 0x7ff;
    const fraction = bits.getBigUint64(0) & 0xf_ffff_ffff_ffffn;
    // Numbers too small for a leading 1 have the exponent of the smallest that has it.
    return exponent === 0 ? fraction : (fraction | 0x10_0000_0000_0000n) << BigInt(exponent - 1);
  });
}

function withLeftOver<Remainder extends number | bigint>(
  amount: number,
  parts: number[],
  remainders: readonly Remainder[],
): number[] {
  const leftOver = amount - sumOf(parts);
  if (leftOver === 0) return parts;
  const byRemainder = remainders
    .map((_remainder, index) => index)
    .sort((one, other) => compare(remainders[other], remainders[one]) || other - one);
  for (const index of byRemainder.slice(0, leftOver)) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}

function compare<Value extends number | bigint>(one: Value | undefined, other: Value | undefined): number {
  if (one === undefined || other === undefined || one === other) return 0;
  return one < other ? -1 : 1;
}
