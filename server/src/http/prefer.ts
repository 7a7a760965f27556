import type { IncomingHttpHeaders } from 'node:http';

/** What a caller prefers who needs no word of what went as it should. */
export const minimal = 'return=minimal';

const named = /(?:^|,)\s*return\s*=\s*(?:minimal|"minimal")\s*(?:[;,]|$)/i;

/** Whether a request has this preference (RFC 7240, section 4.2). */
export function prefersMinimal({ prefer }: IncomingHttpHeaders): boolean {
  return prefer !== undefined && named.test([prefer].flat().join(','));
}

/** What an answer says of the preference: that it was heeded. */
export function appliedPreference(isMinimal: boolean): Readonly<Record<string, string>> {
  return isMinimal ? { 'preference-applied': minimal } : {};
}
