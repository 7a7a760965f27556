/** The element that loaded the script; missing if the page loads it in some other way. */
const script = (document.currentScript || document.querySelector('[data-key]')) as HTMLScriptElement;

/** The element's settings: `data-key`, `data-consent`, `data-domain`, `data-off`. */
export const options: DOMStringMap = script.dataset;

export const endpoint = new URL('capture', script.src);

/** Nothing may throw into the page: whatever fails, such as access to blocked storage, counts as absent. */
export function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    // The caller gets undefined.
  }
  return undefined;
}
