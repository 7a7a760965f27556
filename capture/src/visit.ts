import { type Fields, fieldsOf, firstNamed } from './fields.ts';
import type { Hit } from './hit.ts';
import { idInCookie, recall } from './memory.ts';

/** After this long without a page, an arrival begins another visit. */
const visitMilliseconds = 30 * 60 * 1000;

/**
 * The fields of the landing that a page belongs to, which it also remembers: its own if the page begins a visit, else the earlier
 * ones. Neither a return from a payment page nor a page of the same host begins one.
 */
export function arrive({ url, referrer }: Hit, known: Fields): Fields {
  const memory = recall();
  const before = memory?.fields || known;
  // The id in the cookie, else the one known otherwise, else a new one.
  const visitorId =
    /^[\w-]{8,64}$/.exec(idInCookie() || before['visitorId'] || '')?.[0] ||
    crypto.getRandomValues(new Uint32Array(4)).join('');
  const arrived = fieldsOf(url, referrer, visitorId);
  const isOutside = referrer.split('/')[2] !== location.host;
  const isOver = isOutside && Date.now() - (memory?.seen as number) > visitMilliseconds;
  // Its own if it names a campaign, an affiliate, a salesperson or a click.
  return !before['visitorId'] || isOver || Object.values(arrived).slice(firstNamed).join('')
    ? arrived
    : { ...before, visitorId };
}
