/** The order of UTF-8 bytes, which differs from that of UTF-16 units. */
export function compareCodePoints(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let index = 0; index < length; index++) {
    if (one.charCodeAt(index) === other.charCodeAt(index)) continue;
    return (codePointAround(one, index) ?? 0) - (codePointAround(other, index) ?? 0);
  }
  return one.length - other.length;
}

/** Where texts first differ in the second half of a surrogate pair, the whole pair's code point decides. */
function codePointAround(text: string, index: number): number | undefined {
  const isSecondHalf = (text.charCodeAt(index) & 0xfc00) === 0xdc00;
  return text.codePointAt(isSecondHalf && index > 0 ? index - 1 : index);
}
