import { agree, get, see, turnOff } from './capture.ts';
import { watchNavigation } from './navigation.ts';
import { attempt } from './page.ts';

type Call = readonly [name: 'consent' | 'off', argument?: unknown];

const calls = {
  get,
  consent: agree,
  off: turnOff,
  /** Takes `['consent', 'granted']`, the form in which pages queue calls before the script has loaded. */
  push: (call: Call) => attempt(() => calls[call[0]](call[1])),
};

declare global {
  var leadsource: Partial<typeof calls & Pick<Call[], 'forEach'>> | undefined;
}
const early = window.leadsource;
// A page may include the script twice.
if (!early?.get) {
  window.leadsource = calls;
  const begin = () => {
    see(location.href, document.referrer);
    addEventListener('submit', get, true);
    watchNavigation(see);
  };
  // Calls queued before the script loaded apply to the first arrival, too.
  early?.forEach?.(calls.push);
  // A prerendered page may never be shown.
  if ((document as { prerendering?: boolean }).prerendering) {
    document.addEventListener('prerenderingchange', begin);
  } else begin();
}
