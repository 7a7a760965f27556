import { hash } from 'node:crypto';
import { BoundedMap } from '../domain/bounded-map.ts';
import { type Instant, isRecent } from '../domain/time.ts';
import type { VerifiedToken } from '../domain/token.ts';

const REMEMBERED_MILLISECONDS = 60_000;

export interface RememberedTokens {
  /** What was kept for this token less than a minute ago; null once the token has expired. */
  recall(token: string): VerifiedToken | null;
  keep(token: string, verified: VerifiedToken): void;
}

interface Remembered {
  readonly verified: VerifiedToken;
  readonly keptTime: Instant;
}

/** Remembers at most `capacity` tokens; the oldest makes room for a new one. */
export function rememberTokens(capacity: number, now: () => Instant): RememberedTokens {
  const entries = new BoundedMap<string, Remembered>(capacity);

  return {
    recall(token) {
      const digest = digestOf(token);
      const entry = entries.get(digest);
      if (entry === undefined) return null;
      const { verified, keptTime } = entry;
      const time = now();
      if (time < verified.expiresTime && isRecent(keptTime, time, REMEMBERED_MILLISECONDS)) return verified;
      entries.delete(digest);
      return null;
    },

    keep(token, verified) {
      const digest = digestOf(token);
      entries.delete(digest);
      entries.set(digest, { verified, keptTime: now() });
    },
  };
}

/** Stored in place of the token, so that no usable token stays in memory longer than its request. */
function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
