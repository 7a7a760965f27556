/** The place in a row of values that a parameter belongs to, by its name in lower case. */
export type ParameterPlaces = ReadonlyMap<string, number>;

/** A value for each place; undefined where no parameter with its name has one. */
export type ParameterValues = (string | undefined)[];

/** Texts that scripts write where there is no value. */
const meansNothing = new Set(['', 'null', 'undefined']);

/**
 * Fills the places that are still empty from a query without its question mark. Names compare without case; the first
 * meaningful value wins. Values are decoded once and otherwise kept as written.
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

/** A parameter's name in the form for comparisons. A URL may have thousands, so no name may cost an exception. */
export function parameterName(written: string): string {
  const text = withSpaces(written);
  return (text.includes('%') ? text.replaceAll(escapes, decodeRun) : text).toLowerCase();
}

/**
 * Undoes one percent-encoding; `+` is a space. Text that is not UTF-8 is read in the first of the charsets that fits, else as
 * browsers read pages that name no encoding. Never fails.
 */
export function decodeOnce(written: string, charsets: readonly string[] = []): string {
  const text = withSpaces(written);
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return decodeRuns(text, charsets);
  }
}

function withSpaces(written: string): string {
  return written.includes('+') ? written.replaceAll('+', ' ') : written;
}

const escapes = /(?:%[\dA-F]{2})+/gi;
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const windows1252 = new TextDecoder('windows-1252');

/** Percent signs that begin no escape stay as they are. */
function decodeRuns(text: string, charsets: readonly string[]): string {
  for (const charset of ['utf-8', ...charsets]) {
    const decoded = decodeStrictly(text, charset);
    if (decoded !== null) return decoded;
  }
  return text.replaceAll(escapes, decodeRun);
}

function decodeRun(run: string): string {
  const decoded = utf8.decode(bytesOf(run));
  return decoded.includes('\u{FFFD}') ? windows1252.decode(bytesOf(run)) : decoded;
}

/** Null where the text is not in the charset. Decides this once for the whole text, because it is slow. */
function decodeStrictly(text: string, charset: string): string | null {
  try {
    const decoder = new TextDecoder(charset, { fatal: true, ignoreBOM: true });
    return text.replaceAll(escapes, (run) => decoder.decode(bytesOf(run)));
  } catch {
    return null;
  }
}

function bytesOf(run: string): Uint8Array {
  const bytes = new Uint8Array(run.length / 3);
  for (let place = 0; place < bytes.length; place++) {
    bytes[place] = Number.parseInt(run.slice(3 * place + 1, 3 * place + 3), 16);
  }
  return bytes;
}
