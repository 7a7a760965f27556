import { type LeadSource, type LeadSourceField, leadSourceFields, leadSourceLimits } from './lead-source.ts';
import { isReferrer } from './uri.ts';

/**
 * The text cut to the field's limit in code points; the same text where it fits. What no text may contain (U+0000, half a
 * surrogate pair) becomes U+FFFD.
 */
export function fitText(field: LeadSourceField, value: string): string {
  const limit = leadSourceLimits[field];
  const whole = value.isWellFormed() ? value : value.toWellFormed();
  const text = whole.includes('\0') ? whole.replaceAll('\0', '\u{FFFD}') : whole;
  return text.length <= limit ? text : text.slice(0, endOfCodePoints(text, limit));
}

/** The text as a URI, of any length, with what a URI may not contain escaped. Null where it cannot be one. */
export function uriOf(text: string): string | null {
  if (isReferrer(text)) return text;
  const uri = escaped(text);
  return isReferrer(uri) ? uri : null;
}

/** As `fitText`, for a URI: no escape is cut in two. */
export function fitUri(field: LeadSourceField, uri: string): string {
  const text = fitText(field, uri);
  return text.length === uri.length ? uri : text.replace(/%[\dA-F]?$/i, '');
}

/** An escape takes three characters, so up to two of one that was cut may have been dropped as well. */
const longestRestOfEscape = 2;

/**
 * The fields of a fitted lead source that were cut. Whether anything was cut is not stored, so a value of exactly the longest
 * length counts as cut.
 */
export function truncatedFields(leadSource: LeadSource): readonly LeadSourceField[] {
  return leadSourceFields.filter((field) => {
    const value = leadSource[field];
    const least = leadSourceLimits[field] - (field === 'referrer' ? longestRestOfEscape : 0);
    // Most are decided without counting code points.
    return value !== null && value.length >= least && endOfCodePoints(value, least - 1) < value.length;
  });
}

const noUriText = /%(?![\dA-F]{2})|[^\w\-.~!$&'()*+,;=:@/?#%[\]]+/gi;

/** Brackets may be in the host only, and number signs only before the fragment. */
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
