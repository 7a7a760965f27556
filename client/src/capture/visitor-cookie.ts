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
  const value = cookieOf(cookies);
  return value !== undefined && wellFormed.test(value) ? value : null;
}

export function hasOptedOut(cookies: string | undefined): boolean {
  return cookieOf(cookies) === off;
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

function cookieOf(cookies = ''): string | undefined {
  const start = `${name}=`;
  const pair = cookies.split(/; */).find((text) => text.startsWith(start));
  return pair?.slice(start.length);
}
