import type { SiteClass } from '../site.ts';

/**
 * A site as lists have it. A host may go on with a path prefix; `{}` in it stands for a country's label or, at the
 * end, for a top-level domain.
 */
export interface ListedSite {
  readonly name: string;
  readonly hosts: readonly string[];
}

export interface ListedEngine extends ListedSite {
  /** The query parameters that carry the search keyword. */
  readonly keywords: readonly string[];
  /** Regular expressions whose first group is the keyword, for engines that put it into the path. */
  readonly patterns?: readonly string[];
  /** The encodings of keywords that are not UTF-8, the likeliest first. */
  readonly charsets?: readonly string[];
}

/** Sources by class, names and hosts in lower case. */
export interface ListedCategory {
  readonly siteClass: SiteClass;
  readonly sources: readonly string[];
}
