import { endpoint } from './page.ts';

/** What the service is told of a page; it concludes, the browser does not. */
export interface Hit {
  readonly url: string;
  readonly referrer: string;
  readonly occurredTime: Date;
}

/** The service takes 16 KiB, and keeps less; addresses are longer only where somebody made them so. */
const longestUrl = 10_000;
const longestReferrer = 2083;

export function hitOf(url: string, referrer: string): Hit {
  return {
    url: url.slice(0, longestUrl),
    referrer: referrer.slice(0, longestReferrer),
    occurredTime: new Date(),
  };
}

/** Sends without a preflight and without waiting, also while the page is being left. */
export function send(content: object): void {
  const body = JSON.stringify(content);
  if (navigator.sendBeacon?.(endpoint, body)) return;
  fetch(endpoint, { method: 'POST', body, keepalive: true }).catch(() => {});
}
