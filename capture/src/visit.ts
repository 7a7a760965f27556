import { type Fields, fieldsOf, namesAnything } from './fields.ts';
import type { Hit } from './hit.ts';
import { recall, remember, visitorIdOf } from './memory.ts';

/** After this long without a page, an arrival begins another visit. */
const visitMilliseconds = 30 * 60 * 1000;

/**
 * The fields of the landing that a page belongs to, which it also remembers: its own if the page begins a visit, else the earlier
 * ones. Neither a return from a payment page nor a page of the same host begins one.
 */
export function arrive({ url, referrer }: Hit, known: Fields): Fields {
  const memory = recall();
  const visitorId = known['visitorId'] || visitorIdOf(memory);
  const arrived = fieldsOf(url, referrer, visitorId);
  const before = known['visitorId'] ? known : memory?.fields;
  const isOutside = referrer.split('/')[2] !== location.host;
  const isOver = isOutside && memory && Date.now() - memory.seen > visitMilliseconds;
  const fields = !before || isOver || namesAnything(arrived) ? arrived : { ...before, visitorId };
  remember(fields);
  return fields;
}
