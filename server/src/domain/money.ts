import { currencyCodesByDigits } from './lists/currencies.ts';

/** An amount in whole minor units of its currency, not negative and below `amountLimit`. */
export type MinorUnits = number;

/** The limit of amounts, in minor units: low enough that sums of them are exact, too. */
export const amountLimit = 1e15;

const digitsByCurrency: ReadonlyMap<string, number> = new Map(
  currencyCodesByDigits.flatMap(([digits, codes]) => codes.split(' ').map((code) => [code, digits] as const)),
);

/** How many decimals the currency's amounts have; undefined for a code that ISO 4217 does not list. */
export function currencyDigits(currency: string): number | undefined {
  return digitsByCurrency.get(currency);
}

export type ReadAmount = { readonly amount: MinorUnits } | { readonly fault: string };

const plainDecimal = /^(?:0|[1-9]\d*)(?:\.(\d+))?$/;

/**
 * The amount that a decimal text, or a JSON number, states exactly. A number is read by its shortest decimal, so one with
 * binary noise has more decimals than any currency.
 */
export function readAmount(told: string | number, digits: number): ReadAmount {
  const fault = faultInAnyCurrency(told);
  if (fault !== null) return { fault };
  const text = String(told);
  const match = plainDecimal.exec(text);
  // Only a number written with an exponent gets here.
  if (match === null) return { fault: /e-/.test(text) ? tooManyDecimals(digits) : tooLarge(digits) };
  const decimals = match[1] ?? '';
  if (decimals.length > digits) return { fault: tooManyDecimals(digits) };
  const amount = Number(text.replace('.', '') + '0'.repeat(digits - decimals.length));
  return amount < amountLimit ? { amount } : { fault: tooLarge(digits) };
}

/** What is wrong with an amount in any currency; null where that depends on the currency, or nothing is. */
export function faultInAnyCurrency(told: string | number): string | null {
  if (typeof told === 'number' && !Number.isFinite(told)) return 'must be a finite number';
  const text = String(told);
  if (text.startsWith('-')) return 'must not be negative';
  return typeof told === 'number' || plainDecimal.test(text)
    ? null
    : 'must be a decimal number such as 34.17';
}

function tooManyDecimals(digits: number): string {
  return digits === 0
    ? 'must not have decimals in this currency'
    : `must not have more than ${digits} decimals in this currency`;
}

function tooLarge(digits: number): string {
  return `must be below ${formatAmount(amountLimit, digits)} in this currency`;
}

/** Decimal text with the currency's digits, and a minus sign for a negative amount: `34.17`, `-0.05`, `300`. */
export function formatAmount(amount: number | bigint, digits: number): string {
  const written = String(amount);
  if (digits === 0) return written;
  const sign = written.startsWith('-') ? '-' : '';
  const units = written.slice(sign.length).padStart(digits + 1, '0');
  return `${sign}${units.slice(0, -digits)}.${units.slice(-digits)}`;
}

/** The mean of `count` amounts, rounded to whole units; halves are rounded up. */
export function meanAmount(sum: bigint, count: number): bigint {
  const divisor = 2n * BigInt(count);
  const dividend = 2n * sum + BigInt(count);
  const cut = dividend / divisor;
  // Division rounds negative quotients towards 0, which is up.
  return cut * divisor > dividend ? cut - 1n : cut;
}

/**
 * Splits an amount in proportion to shares, which need not sum to 1: each part is rounded down, and the units left over go to
 * the largest fractions, of equal ones to the latest. The parts sum to the amount exactly. Fails with `RangeError` where all
 * shares are 0.
 */
export function splitAmount(amount: MinorUnits, shares: readonly number[]): number[] {
  const total = sumOf(shares);
  if (amount === 0) return Array<number>(shares.length).fill(0);
  if (!(total > 0)) throw new RangeError('An amount was to be split by shares that are all nothing.');
  return (
    splitWhole(amount, shares, total) ?? splitRounded(amount, shares, total) ?? splitExactly(amount, shares)
  );
}

/** As `splitAmount`, for sums of any size; all parts are 0 where all shares are. */
export function splitSum(total: bigint, shares: readonly number[]): readonly bigint[] {
  const whole = wholeShares(shares);
  const all = whole.reduce((sum, share) => sum + share, 0n);
  if (all === 0n) return shares.map(() => 0n);
  const parts = whole.map((share) => (share * total) / all);
  const left = total - parts.reduce((sum, part) => sum + part, 0n);
  const ordered = byRemainder(whole.map((share) => (share * total) % all));
  for (const index of ordered.slice(0, Number(left))) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts;
}

function sumOf(shares: readonly number[]): number {
  let total = 0;
  for (let index = 0; index < shares.length; index++) total += shares[index] ?? 0;
  return total;
}

/** Splits by integer arithmetic; null where a product could exceed the exact integers or a share is no integer. */
function splitWhole(amount: number, shares: readonly number[], total: number): number[] | null {
  if (amount * total > Number.MAX_SAFE_INTEGER) return null;
  // Allocated at full length: growing lists takes several times as long, and each conversion has many.
  const parts = Array<number>(shares.length);
  const remainders = Array<number>(shares.length);
  let leftOver = amount;
  for (let index = 0; index < shares.length; index++) {
    const share = shares[index] ?? 0;
    if (!Number.isInteger(share)) return null;
    const product = amount * share;
    // No quotient is rounded up to an integer: that takes products beyond the exact integers.
    const part = Math.floor(product / total);
    parts[index] = part;
    remainders[index] = product - part * total;
    leftOver -= part;
  }
  giveLeftOver(leftOver, parts, remainders);
  return parts;
}

/** Splits by rounded arithmetic where its error provably decides nothing; null where it might. */
function splitRounded(amount: number, shares: readonly number[], total: number): number[] | null {
  const error = amount * (shares.length + 3) * Number.EPSILON;
  const parts = Array<number>(shares.length);
  const fractions = Array<number>(shares.length);
  let leftOver = amount;
  for (let index = 0; index < shares.length; index++) {
    const share = shares[index] ?? 0;
    const quotient = (amount * share) / total;
    const part = Math.floor(quotient);
    const fraction = quotient - part;
    if (share !== 0 && (fraction < error || fraction > 1 - error)) return null;
    parts[index] = part;
    fractions[index] = fraction;
    leftOver -= part;
  }
  const lastGiven = giveLeftOver(leftOver, parts, fractions);
  const firstLeft = fractions[latestLargest(fractions)] ?? 0;
  return lastGiven - firstLeft <= 2 * error ? null : parts;
}

/** Takes the place of the remainder of a part that got its unit. */
const given = -1;
/** For up to this many look-ups, searching remainders is quicker than sorting them. */
const quicklySearched = 256;

/**
 * Adds one unit to each of the `units` parts with the largest remainders, of equal ones the latest, and replaces those
 * remainders with `given`. Returns the smallest of them; 1, which is above any fraction, where there is none.
 */
function giveLeftOver(units: number, parts: number[], remainders: number[]): number {
  const isQuick = units * parts.length <= quicklySearched;
  const ordered = isQuick ? null : byRemainder(remainders);
  let smallest = 1;
  for (let place = 0; place < units; place++) {
    const index = ordered?.[place] ?? latestLargest(remainders);
    smallest = remainders[index] ?? 0;
    parts[index] = (parts[index] ?? 0) + 1;
    remainders[index] = given;
  }
  return smallest;
}

function latestLargest(numbers: readonly number[]): number {
  let [largest, found] = [given, 0];
  for (let index = 0; index < numbers.length; index++) {
    const number = numbers[index] ?? given;
    if (number >= largest) [largest, found] = [number, index];
  }
  return found;
}

/** Doubles are fractions whose denominators are powers of two: over a common one, all are integers. */
function splitExactly(amount: number, shares: readonly number[]): number[] {
  const whole = wholeShares(shares);
  const total = whole.reduce((sum, share) => sum + share, 0n);
  const products = whole.map((share) => share * BigInt(amount));
  const parts = products.map((product) => Number(product / total));
  const ordered = byRemainder(products.map((product) => product % total));
  for (const index of ordered.slice(0, amount - sumOf(parts))) parts[index] = (parts[index] ?? 0) + 1;
  return parts;
}

function wholeShares(shares: readonly number[]): bigint[] {
  const bits = new DataView(new ArrayBuffer(8));
  return shares.map((share) => {
    bits.setFloat64(0, share);
    const exponent = (bits.getUint32(0) >>> 20) & 0x7ff;
    const fraction = bits.getBigUint64(0) & 0xf_ffff_ffff_ffffn;
    // Subnormal numbers have no leading 1, and the exponent of the smallest normal ones.
    return exponent === 0 ? fraction : (fraction | 0x10_0000_0000_0000n) << BigInt(exponent - 1);
  });
}

/** The indexes of remainders, largest first, of equal ones the latest. */
function byRemainder<Remainder extends number | bigint>(remainders: readonly Remainder[]): number[] {
  return remainders
    .map((_remainder, index) => index)
    .sort((one, other) => compare(remainders[other], remainders[one]) || other - one);
}

function compare<Value extends number | bigint>(one: Value | undefined, other: Value | undefined): number {
  if (one === undefined || other === undefined || one === other) return 0;
  return one < other ? -1 : 1;
}
