import { type Fields, noFields } from './fields.ts';
import { type Hit, longestReferrer, longestUrl, send } from './hit.ts';
import { forget, hasOptedOut, isRemoved, mustForget, remember } from './memory.ts';
import { attempt, options } from './page.ts';
import { arrive } from './visit.ts';

let consent = options['consent'] || 'unknown';
/** Hits that wait for consent, in memory only. */
let held: Hit[] = [];
let fields = noFields;

/**
 * Records that the visitor came to a page, and from which one. Fills in forms even while the page waits for consent: a browser may
 * have put back into their hidden fields what they held before the page was loaded again.
 */
export function see(url: string, referrer: string): void {
  attempt(() =>
    record({
      url: url.slice(0, longestUrl),
      referrer: referrer.slice(0, longestReferrer),
      occurredTime: new Date(),
    }),
  );
  fill();
}

/** Also fills in forms, which may have been added to the page since the last time. */
export function get(): Fields {
  attempt(heedRefusal);
  fill();
  return { ...fields };
}

function fill(): void {
  attempt(() => {
    for (const input of document.querySelectorAll<HTMLInputElement>('input[data-leadsource]')) {
      input.value = fields[input.dataset['leadsource'] as string] || '';
    }
  });
}

/** Ignores any other state than these two. */
export function agree(state: unknown): void {
  attempt(() => {
    // What was removed before counts before what is said now.
    heedRefusal();
    const isDenial = state === 'denied';
    if (isDenial || state === 'granted') consent = state;
    if (!heedRefusal(isDenial)) held.splice(0).forEach(record);
  });
  fill();
}

/** The visitor's own choice, which overrides the consent banner. */
export function turnOff(isOff: unknown = true): void {
  attempt(() => (isOff || hasOptedOut()) && drop(true, isOff));
  fill();
}

/** Sends what the visitor allows, holds what has to wait for consent, and keeps nothing otherwise. */
function record(hit: Hit): void {
  if (heedRefusal()) return;
  if ('consent' in options && consent !== 'granted') held.push(hit);
  else {
    fields = arrive(hit, fields);
    remember(fields);
    send(JSON.stringify({ key: options['key'], visitorId: fields['visitorId'], consent, ...hit }));
  }
}

/**
 * Whether the visitor must not be counted, of whom then nothing is kept. Whoever removes what is stored may have denied in another
 * page, so this one has to be told anew.
 */
function heedRefusal(isSaidNow?: unknown): unknown {
  if (isRemoved()) {
    consent = 'unknown';
    drop();
  }
  return (
    (consent === 'denied' ||
      'off' in options ||
      (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl ||
      hasOptedOut()) &&
    drop(isSaidNow)
  );
}

/** What is stored is removed once: another page may have been granted since what this one was denied. */
function drop(isSaidNow?: unknown, isOff?: unknown): true {
  held = [];
  fields = noFields;
  if (isSaidNow || mustForget()) forget(isOff);
  return true;
}
