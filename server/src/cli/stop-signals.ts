import type { EventEmitter } from 'node:events';
import type { Instant } from '../domain/time.ts';

export interface StopSignals {
  readonly source: Pick<EventEmitter, 'on'>;
  readonly now: () => Instant;
  /** Called for a second signal: whoever waits has lost patience. */
  readonly force: () => void;
}

// npm passes on to its script what the terminal has sent to both already.
const sameSignalMilliseconds = 500;

/** Settles at the first SIGTERM or SIGINT; signals are heard from this call on. */
export function toldToStop({ source, now, force }: StopSignals): Promise<void> {
  return new Promise((resolve) => {
    let firstTime: Instant | null = null;
    const hear = (): void => {
      if (firstTime === null) {
        firstTime = now();
        resolve();
        return;
      }
      if (now() - firstTime >= sameSignalMilliseconds) force();
    };
    source.on('SIGTERM', hear);
    source.on('SIGINT', hear);
  });
}
