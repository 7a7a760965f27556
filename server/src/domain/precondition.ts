/** What a conditional request requires of the current representation (RFC 9110, section 13.1); absent parts require nothing. */
export interface Precondition {
  readonly ifMatch?: EntityTags;
  readonly ifNoneMatch?: EntityTags;
}

/** Any representation, or one with one of these strong tags. */
export type EntityTags = '*' | readonly string[];

/** Whether the precondition holds; `current` is the current entity tag, null where nothing exists. */
export function holds(precondition: Precondition, current: string | null): boolean {
  const { ifMatch, ifNoneMatch } = precondition;
  if (ifMatch !== undefined && !matches(ifMatch, current)) return false;
  return ifNoneMatch === undefined || !matches(ifNoneMatch, current);
}

function matches(tags: EntityTags, current: string | null): boolean {
  if (current === null) return false;
  return tags === '*' || tags.includes(current);
}
