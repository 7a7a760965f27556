import type { IncomingHttpHeaders } from 'node:http';

/** The preference of callers who need not hear about what succeeded. */
export const minimal = 'return=minimal';

const named = /(?:^|,)\s*return\s*=\s*(?:minimal|"minimal")\s*(?:[;,]|$)/i;

/** Whether a request states this preference (RFC 7240, section 4.2). */
export function prefersMinimal({ prefer }: IncomingHttpHeaders): boolean {
  return prefer !== undefined && named.test([prefer].flat().join(','));
}

/** The header by which an answer says that the preference was heeded. */
export function appliedPreference(isMinimal: boolean): Readonly<Record<string, string>> {
  return isMinimal ? { 'preference-applied': minimal } : {};
}
