/** Which of the places in a row of values a parameter's name, in lower case, belongs to. */
export type ParameterPlaces = ReadonlyMap<string, number>;

/** A value for each place; undefined where no parameter of that name says anything. */
export type ParameterValues = (string | undefined)[];

/** Texts that scripts write where they mean nothing. */
const meansNothing = new Set(['', 'null', 'undefined']);

/**
 * Fills the places that are still empty from a query without its question mark. Names compare without case; the
 * first value that says something wins. Values are decoded once and otherwise kept as written.
 */
export function readParameters(
  query: string,
  places: ParameterPlaces,
  values: ParameterValues,
  charsets: readonly string[] = [],
): void {
  for (let start = 0; start < query.length; ) {
    const ampersand = query.indexOf('&', start);
    const end = ampersand === -1 ? query.length : ampersand;
    const equals = query.indexOf('=', start);
    if (equals !== -1 && equals < end) {
      const place = places.get(parameterName(query.slice(start, equals)));
      if (place !== undefined && values[place] === undefined) {
        const value = decodeOnce(query.slice(equals + 1, end), charsets);
        if (!meansNothing.has(value)) values[place] = value;
      }
    }
    start = end + 1;
  }
}

/** A parameter's name as it is compared. */
export function parameterName(written: string): string {
  return (written.includes('%') ? decodeOnce(written) : written).toLowerCase();
}

/**
 * Undoes one percent-encoding; `+` is a space. What is no UTF-8 is read in the first of the charsets that fits, else
 * as browsers read pages that name no encoding. Never fails.
 */
export function decodeOnce(written: string, charsets: readonly string[] = []): string {
  const text = written.includes('+') ? written.replaceAll('+', ' ') : written;
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return decodeRuns(text, charsets);
  }
}

const escapes = /(?:%[\dA-F]{2})+/gi;

/** Signs of percent that begin no escape stay what they are. */
function decodeRuns(text: string, charsets: readonly string[]): string {
  return text.replaceAll(escapes, (run) => {
    const bytes = Uint8Array.from(run.slice(1).split('%'), (digits) => Number.parseInt(digits, 16));
    for (const charset of ['utf-8', ...charsets]) {
      const decoded = decodeStrictly(bytes, charset);
      if (decoded !== null) return decoded;
    }
    return new TextDecoder('windows-1252').decode(bytes);
  });
}

function decodeStrictly(bytes: Uint8Array, charset: string): string | null {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
