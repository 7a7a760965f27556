/** The page script reads and sets the same cookie. */
const name = 'leadsource_visitor';
const maxAgeSeconds = 400 * 24 * 60 * 60;
const wellFormed = /^[\w-]{8,64}$/;
/** What the script stores in place of an id when the visitor does not want to be counted. */
const off = 'off';

export interface CookieScope {
  readonly isSecure: boolean;
  /** Without it, the cookie is limited to the host. */
  readonly domain?: string | undefined;
}

/** The visitor's id in a `Cookie` header; null if there is none. */
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

/** A `Set-Cookie` header that keeps the id, or removes it if null. The page's scripts may read the cookie. */
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

/** A browser may send one cookie of the host alone and another of its whole domain. */
function cookiesOf(cookies = ''): readonly string[] {
  const start = `${name}=`;
  const pairs = cookies.split(/; */).filter((text) => text.startsWith(start));
  return pairs.map((pair) => pair.slice(start.length));
}
