import { BoundedMap } from '../domain/bounded-map.ts';
import type { RateLimit } from '../domain/organization.ts';
import type { Instant } from '../domain/time.ts';
import type { SharedCalls } from '../storage/store.ts';
import { type Allowance, allowanceOf, type WindowBounds, type Windows, windowAt } from './rate-limit.ts';

interface CountedWindow extends WindowBounds {
  readonly calls: number;
}

const mostRemembered = 10_000;

/** Counts calls for all processes together, in the storage. Names are ids of organizations. */
export class SharedWindows implements Windows {
  readonly #sharedCalls: SharedCalls;
  readonly #now: () => Instant;
  /** The counts of windows found used up: they stay so, since counts only grow while a window lasts. */
  readonly #usedUp = new BoundedMap<string, CountedWindow>(mostRemembered);

  constructor(sharedCalls: SharedCalls, now: () => Instant) {
    this.#sharedCalls = sharedCalls;
    this.#now = now;
  }

  /** Fails as `SharedCalls` does. */
  async take(name: string, limit: RateLimit): Promise<Allowance | null> {
    if (limit === 'off') return null;
    const { calls, windowSeconds } = limit;
    const second = Math.floor(this.#now() / 1000);
    const window = windowAt(second, windowSeconds);
    const known = this.#usedUp.get(name);
    if (known?.start === window.start && known.end === window.end && known.calls >= calls) {
      return allowanceOf(limit, window, second, { calls: known.calls, exceeded: true });
    }
    const call = { organizationId: name, windowStart: window.start, windowSeconds, limit: calls };
    const counted = await this.#sharedCalls.take(call);
    if (!counted.isGranted) this.#remember(name, { ...window, calls: counted.calls });
    return allowanceOf(limit, window, second, { calls: counted.calls, exceeded: !counted.isGranted });
  }

  #remember(name: string, window: CountedWindow): void {
    this.#usedUp.delete(name);
    this.#usedUp.set(name, window);
  }
}
