import { attempt } from './page.ts';

/** A router may change the address several times for one navigation, and a page may do so all the time. */
const settledMilliseconds = 250;

/** Tells of each navigation inside the page: where it led, and from where. */
export function watchNavigation(onNavigation: (url: string, previousUrl: string) => void): void {
  let url = location.href;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    const previousUrl = url;
    url = location.href;
    if (pageOf(url) !== pageOf(previousUrl)) onNavigation(url, previousUrl);
  };
  const lookSoon = () =>
    attempt(() => {
      clearTimeout(timer);
      timer = setTimeout(look, settledMilliseconds);
    });
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    history[name] = function (this: History, ...parameters) {
      // What it throws is the page's own fault, and the page's to see.
      original.apply(this, parameters);
      lookSoon();
    };
  }
  addEventListener('popstate', lookSoon);
}

/**
 * The part of a URL that makes it another page: its queries where it has any, since an application that carries its
 * campaign along from path to path, or from route to route, has no further arrivals; else its path, and a fragment that is a route.
 */
function pageOf(url: string): string {
  return url.replace(/\?/.test(url) ? /^[^?#]*\??|#[^?]*\??/g : /#(?![!/]).*/, '');
}
