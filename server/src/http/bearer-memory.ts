import { hash } from 'node:crypto';
import type { Instant } from '../domain/time.ts';
import type { VerifiedToken } from '../domain/token.ts';

const REMEMBERED_MILLISECONDS = 60_000;

export interface RememberedTokens {
  /** What was kept for this token less than a minute ago, unless it has expired since. */
  recall(token: string): VerifiedToken | null;
  keep(token: string, verified: VerifiedToken): void;
}

/** A memory for at most `capacity` tokens, of which the oldest makes room for the newest. */
export function rememberTokens(capacity: number, now: () => Instant): RememberedTokens {
  const entries = new Map<string, { readonly verified: VerifiedToken; readonly untilTime: Instant }>();

  return {
    recall(token) {
      const digest = digestOf(token);
      const entry = entries.get(digest);
      if (entry === undefined) return null;
      if (now() < entry.untilTime) return entry.verified;
      entries.delete(digest);
      return null;
    },

    keep(token, verified) {
      const digest = digestOf(token);
      entries.delete(digest);
      const untilTime = Math.min(verified.expiresTime, now() + REMEMBERED_MILLISECONDS);
      entries.set(digest, { verified, untilTime });
      if (entries.size <= capacity) return;
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    },
  };
}

/** Kept in the token's place, so that no usable token lies in memory longer than its request. */
function digestOf(token: string): string {
  return hash('sha256', token, 'base64');
}
