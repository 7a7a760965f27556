import type { Fields } from './fields.ts';
import { attempt, options } from './page.ts';

/** What is stored in the browser: the landing of the visit, with the visitor's id, and when a page was last seen. */
interface Memory {
  readonly fields?: Fields;
  readonly seen: number;
}

/** In place of an id, it means that the visitor does not want to be counted. */
const off = 'off';
const cookieSeconds = 34_560_000;
/** The opt-out of this page, where the browser refuses to store it. */
let isLeft: unknown;
/** Whether what this page has stored could be read again; not where the browser stores nothing. False once it is forgotten. */
let isKept: unknown;

/**
 * What was stored, if the browser lets us read it. Other scripts of the origin may have written there, too. Below a domain, where
 * no page can remove what another host has stored, it counts as removed together with the cookie.
 */
export const recall = (): Memory | undefined =>
  attempt(() => (idInCookie() || !options['domain']) && JSON.parse(localStorage['leadsource']));

/** Whether somebody has removed what this page had stored: another page, where consent was denied, or the visitor. */
export function isRemoved(): unknown {
  return isKept && !isStored();
}

/** Unless this page has removed what was stored, and stored nothing since. */
export const mustForget = (): unknown => isKept !== false;

const isStored = () => idInCookie() || recall();

export function remember(fields: Fields): void {
  attempt(() => {
    // Where storage is full, what was stored before must not stay.
    delete localStorage['leadsource'];
    localStorage['leadsource'] = JSON.stringify({ fields, seen: Date.now() });
  });
  // A cookie set before the page named a domain would hide the new one.
  setCookie();
  setCookie(fields['visitorId'], options['domain']);
  isKept = isStored();
}

/** An opt-out stays unless it is withdrawn, even where the browser refuses the domain. */
export function forget(isOff: unknown = hasOptedOut()): void {
  attempt(() => delete localStorage['leadsource']);
  setCookie(isOff && off);
  setCookie(isOff && off, options['domain']);
  isKept = false;
  isLeft = isOff && !isStored();
}

/** Beside the cookie of this host alone there may be one for all hosts below a domain. */
export const hasOptedOut = (): unknown =>
  isLeft || attempt(() => /(^| )leadsource_visitor=off(;|$)/.test(document.cookie));

/** The client's middleware for servers reads and sets the same cookie. */
export const idInCookie = () => attempt(() => /(^| )leadsource_visitor=([^;]*)/.exec(document.cookie)?.[2]);

/** A falsy value removes the cookie. */
function setCookie(value?: unknown, domain = ''): void {
  attempt(() => {
    // An empty domain means none: the cookie is limited to this host.
    // http://localhost is a secure context, too, but WebKit refuses secure cookies there; `about:srcdoc` is as secure as its page.
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
    document.cookie = `leadsource_visitor=${value};max-age=${value ? cookieSeconds : 0};path=/;samesite=lax;domain=${domain}${/^http:/.test(location.href) ? '' : ';secure'}`;
  });
}
