import type { FastifyReply } from 'fastify';
import { Failure } from '../domain/failure.ts';
import type { RateLimit } from '../domain/organization.ts';
import type { Instant } from '../domain/time.ts';

export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
  readonly windowSeconds: number;
  /** Seconds until the window ends, at least 1. */
  readonly resetSeconds: number;
  /** The second of the Unix epoch at which it ends. */
  readonly resetTime: number;
  readonly exceeded: boolean;
}

/** Counts calls in fixed windows aligned to the Unix epoch. */
export class FixedWindows {
  readonly #now: () => Instant;
  #windows = new Map<string, { start: number; calls: number }>();
  #sweptAt = 0;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  /** Counts a call under this name, unless the limit is used up; null where there is no limit. */
  take(name: string, limit: RateLimit): Allowance | null {
    if (limit === 'off') return null;
    const second = Math.floor(this.#now() / 1000);
    const start = second - (second % limit.windowSeconds);
    this.#sweep(second);
    let window = this.#windows.get(name);
    if (window === undefined || window.start !== start) {
      window = { start, calls: 0 };
      this.#windows.set(name, window);
    }
    const exceeded = window.calls >= limit.calls;
    if (!exceeded) window.calls += 1;
    const resetTime = start + limit.windowSeconds;
    return {
      limit: limit.calls,
      remaining: limit.calls - window.calls,
      windowSeconds: limit.windowSeconds,
      resetSeconds: resetTime - second,
      resetTime,
      exceeded,
    };
  }

  /** Once an hour, so that names nobody uses any more do not add up; the longest window is shorter than two days. */
  #sweep(second: number): void {
    if (second - this.#sweptAt < 3600) return;
    this.#sweptAt = second;
    for (const [name, { start }] of this.#windows) if (second - start > 1_000_000) this.#windows.delete(name);
  }
}

/** Tells a caller where they stand (draft-ietf-httpapi-ratelimit-headers, and the names that older clients read). */
export function showAllowance(reply: FastifyReply, allowance: Allowance): void {
  const { limit, remaining, windowSeconds, resetSeconds } = allowance;
  reply.header('x-ratelimit-limit', limit);
  reply.header('x-ratelimit-remaining', remaining);
  reply.header('ratelimit-policy', `"default";q=${limit};w=${windowSeconds}`);
  reply.header('ratelimit', `"default";r=${remaining};t=${resetSeconds}`);
}

/** The refusal of a call beyond the limit, with when to come again. */
export function refuseBeyond(reply: FastifyReply, allowance: Allowance): Failure {
  showAllowance(reply, allowance);
  reply.header('x-ratelimit-retry-after', allowance.resetTime);
  reply.header('retry-after', allowance.resetSeconds);
  reply.header('rate-limit-limit', allowance.limit);
  return new Failure('rate-limited', `Come again in ${allowance.resetSeconds} seconds.`);
}
