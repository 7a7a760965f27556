import {
  type CryptoKey,
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  type FetchImplementation,
  type JSONWebKeySet,
  type LocalJWKSet,
} from 'jose';
import { Failure } from '../domain/failure.ts';
import type { SigningKey } from '../domain/signing-key.ts';
import { type Instant, isRecent } from '../domain/time.ts';
import type { TokenHeader } from './bearer-form.ts';

/** Finds the one public key that verifies a token with this header; null if there is none. */
export type FindKey = (header: TokenHeader) => Promise<CryptoKey | null>;

export type Clock = () => Instant;

interface KeyLimits {
  /** Keys loaded more recently than this are used without loading them again. */
  readonly freshMilliseconds: number;
  /** Keys loaded more recently than this are used if loading fails. */
  readonly usableMilliseconds: number;
  /** The minimum time between two loads, so that tokens with invented key ids cannot trigger one each. */
  readonly pauseMilliseconds: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const ownLimits: KeyLimits = { freshMilliseconds: 5 * SECOND, usableMilliseconds: 0, pauseMilliseconds: 0 };
const remoteLimits: KeyLimits = {
  freshMilliseconds: 10 * MINUTE,
  usableMilliseconds: 24 * HOUR,
  pauseMilliseconds: 10 * SECOND,
};
const REMOTE_TIMEOUT_MILLISECONDS = 5000;
/** After a failure, the next load is expected to fail for this long. */
const FAILURE_MILLISECONDS = MINUTE;

/**
 * Our own keys, found by key id only. An unknown id is looked up at once, as an unknown API key is, so that a key made a moment
 * ago works. Fails as `keys` does.
 */
export function ownKeys(keys: () => Promise<readonly SigningKey[]>, now: Clock): FindKey {
  const holder = new KeyHolder(async () => toKeySet(await keys()), ownLimits, now);
  return async (header) => (header.kid === null ? null : holder.find(header));
}

/**
 * The keys that an outside issuer publishes. If it cannot be reached, those loaded within the last 24 hours stay in force; fails
 * with `unavailable` if there are none.
 */
export function remoteKeys(url: string, now: Clock, fetch?: FetchImplementation): FindKey {
  const remote = createRemoteJWKSet(new URL(url), {
    timeoutDuration: REMOTE_TIMEOUT_MILLISECONDS,
    ...(fetch === undefined ? {} : { [customFetch]: fetch }),
  });
  const load = async (): Promise<JSONWebKeySet> => {
    try {
      await remote.reload();
    } catch {
      throw unreachable();
    }
    return remote.jwks() ?? { keys: [] };
  };
  const holder = new KeyHolder(load, remoteLimits, now);
  return (header) => holder.find(header);
}

function toKeySet(keys: readonly SigningKey[]): JSONWebKeySet {
  return { keys: keys.map((key) => ({ ...key.publicJwk, kid: key.id, alg: 'ES256', use: 'sig' })) };
}

interface HeldKeys {
  readonly set: LocalJWKSet;
  readonly loadedTime: Instant;
}

/** Keeps keys between loads. Concurrent loads share one request. */
class KeyHolder {
  readonly #load: () => Promise<JSONWebKeySet>;
  readonly #limits: KeyLimits;
  readonly #now: Clock;
  #held: HeldKeys | null = null;
  #loading: Promise<HeldKeys> | null = null;
  #triedTime = Number.NEGATIVE_INFINITY;
  #failedTime = Number.NEGATIVE_INFINITY;

  constructor(load: () => Promise<JSONWebKeySet>, limits: KeyLimits, now: Clock) {
    this.#load = load;
    this.#limits = limits;
    this.#now = now;
  }

  async find(header: TokenHeader): Promise<CryptoKey | null> {
    const keys = await this.#current();
    const key = await pick(keys.set, header);
    if (key !== null || !this.#mayLoad()) return key;
    const renewed = await this.#renew().catch(() => keys);
    return renewed === keys ? null : pick(renewed.set, header);
  }

  async #current(): Promise<HeldKeys> {
    const fresh = this.#youngerThan(this.#limits.freshMilliseconds);
    if (fresh !== null) return fresh;
    const usable = this.#youngerThan(this.#limits.usableMilliseconds);
    if (!this.#mayLoad()) {
      if (usable === null) throw unreachable();
      return usable;
    }
    const renewed = this.#renew();
    if (usable === null) return renewed;
    const renewedOrUsable = renewed.catch(() => usable);
    // An issuer that keeps silent would hold up each of its tokens.
    const failsNow = isRecent(this.#failedTime, this.#now(), FAILURE_MILLISECONDS);
    return failsNow ? usable : renewedOrUsable;
  }

  #youngerThan(milliseconds: number): HeldKeys | null {
    const held = this.#held;
    return held !== null && isRecent(held.loadedTime, this.#now(), milliseconds) ? held : null;
  }

  #mayLoad(): boolean {
    return this.#loading !== null || !isRecent(this.#triedTime, this.#now(), this.#limits.pauseMilliseconds);
  }

  #renew(): Promise<HeldKeys> {
    this.#loading ??= this.#loadOnce().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #loadOnce(): Promise<HeldKeys> {
    this.#triedTime = this.#now();
    try {
      const set = createLocalJWKSet(await this.#load());
      this.#held = { set, loadedTime: this.#now() };
      return this.#held;
    } catch (error) {
      this.#failedTime = this.#now();
      throw error;
    }
  }
}

/** Null also if several keys fit, or if the one that fits is unusable: an issuer's key must be identified unambiguously. */
async function pick(set: LocalJWKSet, header: TokenHeader): Promise<CryptoKey | null> {
  const named = header.kid === null ? { alg: header.alg } : { alg: header.alg, kid: header.kid };
  return set(named).catch(() => null);
}

function unreachable(): Failure {
  return new Failure('unavailable', 'The keys that tokens are checked with cannot be read.');
}
