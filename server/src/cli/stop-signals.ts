import type { EventEmitter } from 'node:events';
import { type Instant, isRecent } from '../domain/time.ts';

export interface StopSignals {
  readonly source: Pick<EventEmitter, 'on'>;
  readonly now: () => Instant;
  /** Called for another SIGINT after the first signal: whoever waits at the terminal has lost patience. */
  readonly force: () => void;
}

// The terminal sends SIGINT to npm and to its script, and npm passes it on once more.
const sameSignalMilliseconds = 500;

/**
 * Resolves at the first SIGTERM or SIGINT; signals are handled from this call on. Those who send SIGTERM again, as supervisors
 * do, still get an orderly stop.
 */
export function toldToStop({ source, now, force }: StopSignals): Promise<void> {
  return new Promise((resolve) => {
    let firstTime: Instant | null = null;
    const stop = (): void => {
      firstTime ??= now();
      resolve();
    };
    source.on('SIGTERM', stop);
    source.on('SIGINT', () => {
      if (firstTime === null || isRecent(firstTime, now(), sameSignalMilliseconds)) stop();
      else force();
    });
  });
}
