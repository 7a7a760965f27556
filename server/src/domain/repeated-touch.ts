import { Failure } from './failure.ts';
import { type GivenFacts, leadSourceFields } from './lead-source.ts';
import { type Instant, wasToldOf } from './time.ts';
import { detailFields, hasDetails, type Touch } from './touch.ts';
import type { ToldTouch } from './touch-change.ts';
import type { KeepWritten } from './written-urls.ts';

/**
 * Checks a touch that is sent again under a known id; members left out are not compared. Fails with `conflict` where it is
 * another customer's or states something else.
 */
export function requireSameTouch(
  known: { readonly customerId: string; readonly touch: Touch },
  customerId: string,
  told: ToldTouch,
): void {
  const { touch } = known;
  const isSame = known.customerId === customerId && (told.sameAs === touch.key || isTold(touch, told));
  if (!isSame)
    throw new Failure('conflict', 'Another lead source has this id, or it was told otherwise before.');
}

/** What a caller wrote of a touch. */
type Written = Pick<ToldTouch, 'given' | 'occurredTime'>;

function isTold(touch: Touch, { given, occurredTime }: Written, fields = leadSourceFields): boolean {
  return (
    (occurredTime === null || wasToldOf(occurredTime, touch.occurredTime, touch.recordedTime)) &&
    fields.every((field) => given[field] === undefined || given[field] === touch.leadSource[field])
  );
}

/** Whether facts state any details: other facts are kept as they were written. */
export function tellsDetails(facts: GivenFacts): boolean {
  return detailFields.some((field) => facts[field] !== undefined);
}

const fieldsBesideDetails = leadSourceFields.filter((field) => !detailFields.includes(field));

/** Whether a touch differs at most in details from what a caller wrote. */
export function differsInDetails(touch: Touch, written: Written): boolean {
  return isTold(touch, written, fieldsBesideDetails);
}

/** What an organization's settings, be they of other times, may have left of touches. */
export interface FormerSettings {
  /** Touches from before this moment may have lost their details; null for none. */
  readonly stripBefore: Instant | null;
  /** What each URL policy keeps of the facts that callers write. */
  readonly keepers: readonly KeepWritten[];
}

/** Whether a touch that differs in details may be what such settings left of what a caller wrote. */
export function isLeftOf(touch: Touch, written: Written, { stripBefore, keepers }: FormerSettings): boolean {
  if (!hasDetails(touch)) return stripBefore !== null && touch.occurredTime < stripBefore;
  const { given } = written;
  return [given, ...keepers.map((keep) => keep(given))].some((kept) =>
    isTold(touch, { ...written, given: kept }),
  );
}
