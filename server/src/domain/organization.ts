import { changeTime, type Instant } from './time.ts';

export const environments = ['live', 'sandbox'] as const;
export type Environment = (typeof environments)[number];

/** How many calls a fixed window of time allows; `off` allows any number. */
export type RateLimit = 'off' | { readonly calls: number; readonly windowSeconds: number };

export interface Organization {
  readonly id: string;
  readonly name: string | null;
  readonly environment: Environment;
  /** Overrides the service's limit; null where that applies. */
  readonly rateLimit: RateLimit | null;
  readonly createdTime: Instant;
  readonly updatedTime: Instant;
}

/** Members left out stay as they are. */
export type OrganizationChange = Partial<Pick<Organization, 'name' | 'environment' | 'rateLimit'>>;

export function changeOrganization(
  organization: Organization,
  change: OrganizationChange,
  now: Instant,
): Organization {
  return { ...organization, ...change, updatedTime: changeTime(organization, now) };
}

export function isOrganizationId(text: string): boolean {
  return /^[\w-]{1,50}$/.test(text);
}

/** Reads `3000/600` (calls per seconds) or `off`; null for anything else. */
export function parseRateLimit(text: string): RateLimit | null {
  if (text === 'off') return 'off';
  const match = /^([1-9]\d{0,8})\/([1-9]\d{0,5})$/.exec(text);
  if (match === null) return null;
  return { calls: Number(match[1]), windowSeconds: Number(match[2]) };
}

export function formatRateLimit(limit: RateLimit): string {
  return limit === 'off' ? 'off' : `${limit.calls}/${limit.windowSeconds}`;
}
