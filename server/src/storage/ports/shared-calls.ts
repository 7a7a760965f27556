/** Counts calls in windows of time, exactly, however many processes count. A count may be lost with the database. */
export interface SharedCalls {
  /** Counts a call unless the window has used up its limit. Fails with `unavailable`, or `not-found`. */
  take(call: LimitedCall): Promise<CountedCall>;
}

export interface LimitedCall {
  readonly organizationId: string;
  /** In seconds of the Unix epoch. */
  readonly windowStart: number;
  readonly windowSeconds: number;
  readonly limit: number;
}

export interface CountedCall {
  readonly isGranted: boolean;
  /** Those granted in the window so far, with this one if it was. */
  readonly calls: number;
}
