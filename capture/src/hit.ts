import { endpoint } from './page.ts';

/** What the service is told about a page; conclusions are left to the service. */
export interface Hit {
  readonly url: string;
  readonly referrer: string;
  readonly occurredTime: Date;
}

/** The service takes 16 KiB, and keeps less; only contrived addresses are longer. */
export const longestUrl = 10_000;
export const longestReferrer = 2083;

/** Sends without a CORS preflight and without waiting, even while the page is being left. */
export function send(body: string): void {
  if (navigator.sendBeacon?.(endpoint, body)) return;
  fetch(endpoint, { method: 'POST', body, keepalive: true }).catch(() => {});
}
