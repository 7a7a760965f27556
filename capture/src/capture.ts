import { type Fields, noFields } from './fields.ts';
import { type Hit, longestReferrer, longestUrl, send } from './hit.ts';
import { forget, hasOptedOut, isRemoved, remember } from './memory.ts';
import { attempt, options } from './page.ts';
import { arrive } from './visit.ts';

let consent = options['consent'] || 'unknown';
/** Hits that wait for consent, in memory only. */
let held: Hit[] = [];
let fields = noFields;

/** Records that the visitor came to a page, and from which one. */
export function see(url: string, referrer: string): void {
  attempt(() =>
    record({
      url: url.slice(0, longestUrl),
      referrer: referrer.slice(0, longestReferrer),
      occurredTime: new Date(),
    }),
  );
}

export function get(): Fields {
  return { ...fields };
}

/** Forms may have been added to the page since the last time. */
export function fill(): void {
  attempt(() => {
    for (const input of document.querySelectorAll<HTMLInputElement>('input[data-leadsource]')) {
      input.value = fields[input.dataset['leadsource'] as string] || '';
    }
  });
}

/** Ignores any other state than these two. */
export function agree(state: unknown): void {
  heedRemoval();
  if (state === 'granted' || state === 'denied') consent = state;
  if (mayNot()) drop();
  else held.splice(0).forEach(record);
}

/** The visitor's own choice, which overrides the consent banner. */
export function turnOff(isOff: unknown = true): void {
  if (isOff || hasOptedOut()) drop(isOff);
}

/** Sends what the visitor allows, holds what has to wait for consent, and keeps nothing otherwise. */
function record(hit: Hit): void {
  heedRemoval();
  if (mayNot()) drop();
  else if ('consent' in options && consent !== 'granted') held.push(hit);
  else {
    fields = arrive(hit, fields);
    remember(fields);
    fill();
    send({ key: options['key'], visitorId: fields['visitorId'], consent, ...hit });
  }
}

/** Whoever removes what is stored may have denied in another page, so this one has to be told anew. */
function heedRemoval(): void {
  if (!isRemoved()) return;
  consent = 'unknown';
  drop();
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
