/** The element that loaded the script; absent in a page that has found yet another way to do so. */
const script = (document.currentScript || document.querySelector('[data-key]')) as HTMLScriptElement;

/** What the element says: `data-key`, `data-consent`, `data-domain`, `data-off`. */
export const options: DOMStringMap = script.dataset;

export const endpoint = new URL('capture', script.src);

/** Nothing may throw into the page: what fails is as if it were absent. Storage that is blocked throws, for example. */
export function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    // Whoever asked is told of nothing.
  }
  return undefined;
}
