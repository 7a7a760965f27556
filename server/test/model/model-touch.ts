export interface ModelTouch {
  readonly time: number;
  /** Counts arrivals over all customers. */
  readonly arrival: number;
  readonly facts: string;
}
