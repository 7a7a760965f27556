import { type Fields, noFields } from './fields.ts';
import { fillForms } from './form.ts';
import { type Hit, hitOf, send } from './hit.ts';
import { forget, hasOptedOut } from './memory.ts';
import { attempt, options } from './page.ts';
import { arrive } from './visit.ts';

let consent = options['consent'] || 'unknown';
/** What waits for consent, in memory alone. */
let held: Hit[] = [];
let fields = noFields;

/** A page that the visitor came to, and the page before it. */
export function see(url: string, referrer: string): void {
  attempt(() => record(hitOf(url, referrer)));
}

export function get(): Fields {
  return { ...fields };
}

/** Forms may have come into the page since it was last filled in. */
export function fill(): void {
  fillForms(fields);
}

/** Anything but these two words is passed over. */
export function agree(state: unknown): void {
  if (state === 'granted' || state === 'denied') consent = state;
  if (mayNot()) drop();
  else held.splice(0).forEach(record);
}

/** The visitor's own choice, whatever a consent banner says. */
export function turnOff(isOff: unknown = true): void {
  if (isOff || hasOptedOut()) drop(isOff);
}

/** What the visitor allows is sent, what has to wait waits, and of what is not allowed nothing stays. */
function record(hit: Hit): void {
  if (mayNot()) drop();
  else if ('consent' in options && consent !== 'granted') held.push(hit);
  else {
    fields = arrive(hit, fields);
    fill();
    send({ key: options['key'], visitorId: fields['visitorId'], consent, ...hit });
  }
}

function mayNot(): unknown {
  return (
    consent === 'denied' ||
    'off' in options ||
    (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl ||
    hasOptedOut()
  );
}

function drop(isOff?: unknown): void {
  held = [];
  fields = noFields;
  forget(isOff);
  fill();
}
