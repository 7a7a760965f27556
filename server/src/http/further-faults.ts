import { fault, isObject, memberOf } from '../domain/body-faults.ts';
import { Failure, type InvalidField } from '../domain/failure.ts';
import { type Instant, parseInstant } from '../domain/time.ts';
import { faultsBy } from './validation.ts';

/** Names the faults that an operation, not the schema, finds in a body, as far as they show without what is stored. */
export type FurtherFaults = (body: Readonly<Record<string, unknown>>) => readonly InvalidField[];

/** What is wrong with a member that is a text; null if nothing is. */
type TextRule = (text: string) => string | null;

/**
 * Checks a request with this body. If it fails with `invalid`, so does this, and also names the further faults of members that
 * have none yet. A request that passes is left to its operation, which may know it from before.
 */
export function checkWith(further: FurtherFaults, body: unknown, check: (body: unknown) => void): void {
  const faults = faultsBy(check, body);
  if (faults.length === 0) return;
  const named = new Set(faults.map(({ field }) => field));
  const more = isObject(body) ? further(body).filter(({ field }) => !named.has(field)) : [];
  throw new Failure('invalid', 'The request has invalid fields.', [...faults, ...more]);
}

/** The further faults of these members. */
export function furtherFaultsOf(rules: Readonly<Record<string, TextRule>>): FurtherFaults {
  return (body) =>
    Object.entries(rules).flatMap(([member, faultOf]) => {
      const told = memberOf(body, member);
      const message = typeof told === 'string' ? faultOf(told) : null;
      return message === null ? [] : [fault(member, message)];
    });
}

/** A rule about a moment and the present one, for a member that states a moment. */
export function momentRule(
  faultOf: (told: Instant, now: Instant) => string | null,
  now: () => Instant,
): TextRule {
  return (text) => {
    const told = parseInstant(text);
    return told === null ? null : faultOf(told, now());
  };
}
