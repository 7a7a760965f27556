/** The script for pages reads and sets the same cookie. */
const name = 'leadsource_visitor';
const maxAgeSeconds = 400 * 24 * 60 * 60;
const wellFormed = /^[\w-]{8,64}$/;
/** What the script keeps in the place of an id where the visitor does not want to be counted. */
const off = 'off';

export interface CookieScope {
  readonly isSecure: boolean;
  /** The host alone, where it is left out. */
  readonly domain?: string | undefined;
}

/** The visitor's id in a `Cookie` header; null where there is none. */
export function visitorIdOf(cookies: string | undefined): string | null {
  return cookiesOf(cookies).find((value) => wellFormed.test(value)) ?? null;
}

export function hasOptedOut(cookies: string | undefined): boolean {
  return cookiesOf(cookies).includes(off);
}

export function newVisitorId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** A `Set-Cookie` header that keeps the id, or with null removes it. Scripts of the page may read it. */
export function visitorCookie(visitorId: string | null, { isSecure, domain }: CookieScope): string {
  const parts = [
    `${name}=${visitorId ?? ''}`,
    `Max-Age=${visitorId === null ? 0 : maxAgeSeconds}`,
    'Path=/',
    'SameSite=Lax',
  ];
  if (isSecure) parts.push('Secure');
  if (domain !== undefined) parts.push(`Domain=${domain}`);
  return parts.join('; ');
}

/** There may be one of the host alone beside one of all hosts below a domain. */
function cookiesOf(cookies = ''): readonly string[] {
  const start = `${name}=`;
  const pairs = cookies.split(/; */).filter((text) => text.startsWith(start));
  return pairs.map((pair) => pair.slice(start.length));
}
