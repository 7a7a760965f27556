import { fitText, fitUri } from './fitting.ts';
import type { GivenFacts } from './lead-source.ts';
import { applyUrlPolicy, type UrlPolicy } from './url-policy.ts';

/** Gives what is kept of facts that a caller wrote. */
export type KeepWritten = <Facts extends GivenFacts>(facts: Facts) => Facts;

/** The keepers of these policies that keep less than what is written, each policy once. */
export function writtenKeepers(policies: readonly UrlPolicy[]): readonly KeepWritten[] {
  const distinct = new Map(policies.map((policy) => [JSON.stringify(policy), policy]));
  return [...distinct.values()].map(writtenKeeper).filter((keep) => keep !== null);
}

/**
 * Compiles a policy into what it keeps of the path and the referrer of lead sources that callers write; null where they are
 * kept as written. A value that redaction makes too long is cut as a captured one is.
 */
export function writtenKeeper(policy: UrlPolicy): KeepWritten | null {
  if (!policy.appliesToApi) return null;
  const keep = applyUrlPolicy(policy);
  return (facts) => {
    const { path, referrer } = facts;
    return {
      ...facts,
      ...(typeof path === 'string' && { path: fitText('path', keep(path)) }),
      ...(typeof referrer === 'string' && { referrer: fitUri('referrer', keep(referrer)) }),
    };
  };
}
