/** A clock that stands still until it is told to go on. */
export interface TestClock {
  readonly now: () => number;
  advance(milliseconds: number): void;
}

/** Starts at a whole second of some day, or at the instant given. */
export function testClock(start = Date.UTC(2026, 10, 23, 8, 15, 30)): TestClock {
  let instant = start;
  return {
    now: () => instant,
    advance: (milliseconds) => {
      instant += milliseconds;
    },
  };
}
