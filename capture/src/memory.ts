import type { Fields } from './fields.ts';
import { attempt, options } from './page.ts';

/** What is stored in the browser: the landing of the visit, with the visitor's id, and when a page was last seen. */
interface Memory {
  readonly fields?: Fields;
  readonly seen: number;
}

/** The client's middleware for servers reads and sets the same cookie. */
const cookie = 'leadsource_visitor=';
/** In place of an id, it means that the visitor does not want to be counted. */
const off = 'off';
const cookieSeconds = 34_560_000;
/** The opt-out of this page, which the browser may refuse to store. */
let isLeft: unknown;

/** What was stored, if the browser lets us read it. Other scripts of the origin may have written there, too. */
export function recall(): Memory | undefined {
  return attempt(() => JSON.parse(localStorage['leadsource']));
}

/** The id stored in the browser, or a new one. */
export function visitorIdOf(memory: Memory | undefined): string {
  const kept = cookieValue() || memory?.fields?.['visitorId'];
  return kept && /^[\w-]{8,64}$/.test(kept) ? kept : crypto.getRandomValues(new Uint32Array(4)).join('');
}

export function remember(fields: Fields): void {
  attempt(() => {
    localStorage['leadsource'] = JSON.stringify({ fields, seen: Date.now() });
  });
  // A cookie set before the page named a domain would hide the new one.
  setCookie();
  setCookie(fields['visitorId'], options['domain']);
}

/** An opt-out stays unless it is withdrawn, even where the browser refuses the domain. */
export function forget(isOff: unknown = hasOptedOut()): void {
  attempt(() => delete localStorage['leadsource']);
  isLeft = isOff && off;
  setCookie(isLeft);
  setCookie(isLeft, options['domain']);
}

/** Beside the cookie of this host alone there may be one for all hosts below a domain. */
export function hasOptedOut(): unknown {
  return isLeft || attempt(() => /(^| )leadsource_visitor=off(;|$)/.test(document.cookie));
}

function cookieValue(): string | undefined {
  return attempt(() => /(^| )leadsource_visitor=([^;]*)/.exec(document.cookie)?.[2]);
}

/** A falsy value removes the cookie. */
function setCookie(value?: unknown, domain?: string): void {
  attempt(() => {
    // An empty domain means none: the cookie is limited to this host.
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
    document.cookie = `${cookie + value};max-age=${value ? cookieSeconds : 0};path=/;samesite=lax;domain=${domain || ''}${isSecureContext ? ';secure' : ''}`;
  });
}
