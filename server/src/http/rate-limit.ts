import { isIPv6 } from 'node:net';
import type { FastifyReply } from 'fastify';
import { BoundedMap } from '../domain/bounded-map.ts';
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
export interface Windows {
  /** Counts a call under this name, unless the limit is used up; null if there is no limit. */
  take(name: string, limit: RateLimit): Allowance | null | Promise<Allowance | null>;
}

/** A window's bounds, in seconds of the Unix epoch. */
export interface WindowBounds {
  readonly start: number;
  readonly end: number;
}

/** The window of this length that contains a moment. */
export function windowAt(second: number, windowSeconds: number): WindowBounds {
  const start = second - (second % windowSeconds);
  return { start, end: start + windowSeconds };
}

interface Window extends WindowBounds {
  calls: number;
}

const mostNames = 100_000;
const secondsBetweenSweeps = 60;

/** Counts calls in the memory of this process. */
export class FixedWindows implements Windows {
  readonly #now: () => Instant;
  readonly #windows: BoundedMap<string, Window>;
  #sweptAt = 0;

  /** Beyond `capacity` names, the one with the oldest window is forgotten. */
  constructor(now: () => Instant, capacity = mostNames) {
    this.#now = now;
    this.#windows = new BoundedMap(capacity);
  }

  /** How many names are held. */
  get size(): number {
    return this.#windows.size;
  }

  take(name: string, limit: RateLimit): Allowance | null {
    if (limit === 'off') return null;
    const second = Math.floor(this.#now() / 1000);
    this.#sweep(second);
    const window = this.#windowOf(name, second, limit.windowSeconds);
    const exceeded = window.calls >= limit.calls;
    if (!exceeded) window.calls += 1;
    return allowanceOf(limit, window, second, { calls: window.calls, exceeded });
  }

  #windowOf(name: string, second: number, windowSeconds: number): Window {
    const { start, end } = windowAt(second, windowSeconds);
    const known = this.#windows.get(name);
    if (known?.start === start && known.end === end) return known;
    // Inserted anew, so that the map keeps the order in which windows were opened.
    this.#windows.delete(name);
    const window = { start, end, calls: 0 };
    this.#windows.set(name, window);
    return window;
  }

  /** Keeps unused names from accumulating, even if the clock has been set back. */
  #sweep(second: number): void {
    if (Math.abs(second - this.#sweptAt) < secondsBetweenSweeps) return;
    this.#sweptAt = second;
    for (const [name, { end }] of this.#windows) if (end <= second) this.#windows.delete(name);
  }
}

/** What a caller is told at a given second of a window in which this many calls were granted. */
export function allowanceOf(
  { calls: limit, windowSeconds }: Exclude<RateLimit, 'off'>,
  { end }: WindowBounds,
  second: number,
  { calls, exceeded }: { readonly calls: number; readonly exceeded: boolean },
): Allowance {
  // A limit that was lowered within a window may be below the count.
  const remaining = Math.max(0, limit - calls);
  return { limit, remaining, windowSeconds, resetSeconds: end - second, resetTime: end, exceeded };
}

/** The name under which an address is counted; for IPv6 its /64, which is what one subscriber has. */
export function addressName(address: string): string {
  if (!isIPv6(address)) return address;
  const [plain = ''] = address.split('%');
  // The URL serializer writes every address in its canonical form.
  const canonical = new URL(`http://[${plain}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  const groups = [...before, ...zeros, ...after];
  if (isMappedIPv4(groups)) return mappedIPv4(groups);
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** Whether this is an IPv4 address as a dual-stack socket writes it, `::ffff:192.0.2.1`. */
function isMappedIPv4(groups: readonly string[]): boolean {
  return groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff';
}

function mappedIPv4(groups: readonly string[]): string {
  const bytes = groups.slice(6).flatMap((group) => {
    const number = Number.parseInt(group, 16);
    return [number >> 8, number & 0xff];
  });
  return bytes.join('.');
}

/** Tells callers what is left of their limit (draft-ietf-httpapi-ratelimit-headers, and the names that older clients read). */
export function showAllowance(reply: FastifyReply, allowance: Allowance): void {
  const { limit, remaining, windowSeconds, resetSeconds } = allowance;
  reply.header('x-ratelimit-limit', limit);
  reply.header('x-ratelimit-remaining', remaining);
  reply.header('ratelimit-policy', `"default";q=${limit};w=${windowSeconds}`);
  reply.header('ratelimit', `"default";r=${remaining};t=${resetSeconds}`);
}

/** The refusal of a call beyond the limit, with when to try again. */
export function refuseBeyond(reply: FastifyReply, allowance: Allowance): Failure {
  showAllowance(reply, allowance);
  reply.header('x-ratelimit-retry-after', allowance.resetTime);
  reply.header('retry-after', allowance.resetSeconds);
  reply.header('rate-limit-limit', allowance.limit);
  return new Failure('rate-limited', `Come again in ${allowance.resetSeconds} seconds.`);
}
