import { type LeadSource, type LeadSourceField, leadSourceFields, leadSourceLimits } from './lead-source.ts';
import { isReferrer } from './uri.ts';

/**
 * The text as far as it fits the field, in code points, the same text where it does; what no text may hold (U+0000,
 * half a pair) becomes U+FFFD.
 */
export function fitText(field: LeadSourceField, value: string): string {
  const limit = leadSourceLimits[field];
  const whole = value.isWellFormed() ? value : value.toWellFormed();
  const text = whole.includes('\0') ? whole.replaceAll('\0', '\u{FFFD}') : whole;
  return text.length <= limit ? text : text.slice(0, endOfCodePoints(text, limit));
}

/** The text as a URI, longer than any field perhaps: what may not stand in one is escaped. Null where it cannot be one. */
export function uriOf(text: string): string | null {
  if (isReferrer(text)) return text;
  const uri = escaped(text);
  return isReferrer(uri) ? uri : null;
}

/** As `fitText`, for a URI: no escape is cut. */
export function fitUri(field: LeadSourceField, uri: string): string {
  const text = fitText(field, uri);
  return text.length === uri.length ? uri : text.replace(/%[\dA-F]?$/i, '');
}

/** An escape takes three characters, of which two may have been left over. */
const longestRestOfEscape = 2;

/**
 * The fields of a lead source that was fitted which were longer. That nothing else was cut off is not kept: one of exactly the
 * longest length counts as cut.
 */
export function truncatedFields(leadSource: LeadSource): readonly LeadSourceField[] {
  return leadSourceFields.filter((field) => {
    const value = leadSource[field];
    const least = leadSourceLimits[field] - (field === 'referrer' ? longestRestOfEscape : 0);
    // Of most it is plain without counting.
    return value !== null && value.length >= least && endOfCodePoints(value, least - 1) < value.length;
  });
}

const noUriText = /%(?![\dA-F]{2})|[^\w\-.~!$&'()*+,;=:@/?#%[\]]+/gi;

/** Brackets may stand in a host only, a number sign only before the fragment. */
function escaped(text: string): string {
  const uri = text.toWellFormed().replaceAll(noUriText, encodeURIComponent);
  const host = uri.indexOf('//') + 2;
  const hostLength = uri.slice(host).search(/[/?#]/);
  if (hostLength === -1) return uri;
  const rest = uri.slice(host + hostLength).replaceAll(/[[\]]/g, encodeURIComponent);
  const fragment = rest.indexOf('#') + 1;
  const fixed = fragment === 0 ? rest : rest.slice(0, fragment) + rest.slice(fragment).replaceAll('#', '%23');
  return uri.slice(0, host + hostLength) + fixed;
}

function endOfCodePoints(text: string, count: number): number {
  let end = 0;
  for (let taken = 0; taken < count && end < text.length; taken++) {
    end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  }
  return end;
}
