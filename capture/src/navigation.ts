import { attempt } from './page.ts';

/** A router may change the address several times in one navigation, and some pages do so all the time. */
const settledMilliseconds = 250;

/** Calls back for each navigation inside the page, with where it led and from where. */
export function watchNavigation(onNavigation: (url: string, previousUrl: string) => void): void {
  let url = location.href;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const lookSoon = () =>
    attempt(() => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const previousUrl = url;
        url = location.href;
        if (pageOf(url) !== pageOf(previousUrl)) onNavigation(url, previousUrl);
      }, settledMilliseconds);
    });
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    history[name] = function (this: History, ...parameters) {
      // An error it throws belongs to the page.
      original.apply(this, parameters);
      lookSoon();
    };
  }
  addEventListener('popstate', lookSoon);
}

/**
 * The part of a URL whose change makes it another page. A URL with queries is identified by them alone: an application that
 * carries its campaign along from path to path, or from route to route, has no further arrivals. Any other is identified by its
 * path, and by its fragment if that is a route.
 */
function pageOf(url: string): string {
  return url.replace(/\?/.test(url) ? /^[^?#]*\??|#[^?]*\??/g : /#(?![!/]).*/, '');
}
