/** Counts calls in time windows exactly, however many processes count. Counts may be lost along with the database. */
export interface SharedCalls {
  /** Counts a call unless the window's limit is used up. Fails with `unavailable`, or `not-found`. */
  take(call: LimitedCall): Promise<CountedCall>;
}

export interface LimitedCall {
  readonly organizationId: string;
  /** Seconds since the Unix epoch. */
  readonly windowStart: number;
  readonly windowSeconds: number;
  readonly limit: number;
}

export interface CountedCall {
  readonly isGranted: boolean;
  /** The calls granted in the window so far, including this one if it was granted. */
  readonly calls: number;
}
