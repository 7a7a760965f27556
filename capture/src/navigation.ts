import { attempt } from './page.ts';

/** A router may change the address several times in one navigation, and some pages do so all the time. */
const settledMilliseconds = 250;

/** Missing in older browsers, where an element may have that name; without entries in a document without an origin. */
type Navigation = (EventTarget & { readonly currentEntry: unknown }) | undefined;

/** Calls back for each navigation inside the page, with where it led and from where. */
export function watchNavigation(onNavigation: (url: string, previousUrl: string) => void): void {
  let url = location.href;
  const look = () =>
    attempt(() => {
      const seen = location.href;
      setTimeout(() => {
        // Whatever has changed it since then has looked for itself.
        if (location.href !== seen) return;
        if (pageOf(url) !== pageOf(seen)) onNavigation(seen, url);
        url = seen;
      }, settledMilliseconds);
    });
  const navigation = window.navigation as Navigation;
  if (navigation?.currentEntry) navigation.addEventListener('currententrychange', look);
  else setInterval(look, settledMilliseconds);
}

/**
 * The part of a URL whose change makes it another page. A URL with queries is identified by them alone: an application that
 * carries its campaign along from path to path, or from route to route, has no further arrivals. Any other is identified by its
 * path, and by its fragment if that is a route.
 */
const pageOf = (url: string) => url.replace(/\?/.test(url) ? /^[^?#]*\??|#[^?]*\??/g : /#(?![!/]).*/, '');
