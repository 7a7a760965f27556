import { type Fields, fieldsOf, namesAnything } from './fields.ts';
import type { Hit } from './hit.ts';
import { recall, visitorIdOf } from './memory.ts';

/** After this long without a page, an arrival begins another visit. */
const visitMilliseconds = 30 * 60 * 1000;

/**
 * The fields of the landing that a page belongs to, which it also remembers: its own if the page begins a visit, else the earlier
 * ones. Neither a return from a payment page nor a page of the same host begins one.
 */
export function arrive({ url, referrer }: Hit, known: Fields): Fields {
  const memory = recall();
  const visitorId = visitorIdOf(memory, known);
  const arrived = fieldsOf(url, referrer, visitorId);
  const before = memory?.fields || known;
  const isOutside = referrer.split('/')[2] !== location.host;
  const isOver = isOutside && memory && Date.now() - memory.seen > visitMilliseconds;
  return !before['visitorId'] || isOver || namesAnything(arrived) ? arrived : { ...before, visitorId };
}
