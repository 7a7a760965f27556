/** What kind of place a visitor comes from. For a site in several lists, the first of these counts. */
export const siteClasses = ['ai', 'email', 'video', 'social', 'shopping', 'search'] as const;
export type SiteClass = (typeof siteClasses)[number];

export interface Site {
  readonly name: string;
  /** Null for a site that is known by name only. */
  readonly siteClass: SiteClass | null;
  readonly keyword?: KeywordPlace;
}

/** Where a search engine puts the keyword. */
export interface KeywordPlace {
  readonly parameters: ReadonlyMap<string, number>;
  readonly patterns: readonly RegExp[];
  readonly charsets: readonly string[];
}

const mediums: Readonly<Record<SiteClass, string>> = {
  ai: 'ai-assistant',
  email: 'email',
  video: 'video',
  social: 'social',
  shopping: 'referral',
  search: 'organic',
};

/** The medium of a visit of which only the referrer says anything. */
export function mediumOf(siteClass: SiteClass | null): string {
  return siteClass === null ? 'referral' : mediums[siteClass];
}
