import type { Figure } from './figure.ts';

/** Counts, by status, what the connection refused by itself: no route or hook of the framework hears of it. */
export class RefusedRequests {
  /** The most common status is shown from the start. */
  readonly #byStatus = new Map<number, number>([[400, 0]]);

  note(status: number): void {
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
  }

  get byStatus(): ReadonlyMap<number, number> {
    return this.#byStatus;
  }
}

export const refusedRequestsFigure: Figure<RefusedRequests> = {
  name: 'leadsource_http_refused_requests_total',
  help: 'Requests that were refused before any route: malformed, too large, too slow, or while the service stops.',
  label: 'status',
  values: ({ byStatus }) => Array.from(byStatus, ([status, requests]) => [requests, String(status)] as const),
};
