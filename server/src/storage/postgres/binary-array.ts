/** A type whose values all take eight bytes. */
export type NumberType = 'bigint' | 'double precision';

/** The type numbers, which are the same on every server (pg_type.dat of PostgreSQL's sources). */
const typeNumbers: Readonly<Record<NumberType, number>> = { bigint: 20, 'double precision': 701 };

const headBytes = 20;
const elementBytes = 12;
const wordRange = 2 ** 32;

/**
 * A list of numbers in the server's binary array format (array_recv, int8recv and float8recv of PostgreSQL's sources), which
 * spares both sides writing and reading text; null if the list holds anything but numbers, or inexact ones for a bigint.
 */
export function binaryArray(list: readonly unknown[], type: NumberType): Uint8Array | null {
  const bytes = Buffer.allocUnsafe(headBytes + list.length * elementBytes);
  // One dimension, no nulls, the element type, and the dimension's length and lower bound.
  for (const [place, word] of [1, 0, typeNumbers[type], list.length, 1].entries()) {
    bytes.writeInt32BE(word, place * 4);
  }
  let at = headBytes;
  for (const each of list) {
    if (typeof each !== 'number' || (type === 'bigint' && !Number.isSafeInteger(each))) return null;
    bytes.writeInt32BE(8, at);
    if (type === 'bigint') writeInteger(bytes, each, at + 4);
    else bytes.writeDoubleBE(each, at + 4);
    at += elementBytes;
  }
  return bytes;
}

/** In two halves: a BigInt for each would take longer than all the rest. */
function writeInteger(bytes: Buffer, integer: number, at: number): void {
  const high = Math.floor(integer / wordRange);
  bytes.writeInt32BE(high, at);
  bytes.writeUInt32BE(integer - high * wordRange, at + 4);
}
