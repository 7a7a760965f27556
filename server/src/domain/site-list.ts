import { addedEngines, addedSites, neutralSites, renamedEngines } from './lists/additions.ts';
import { aiAssistants } from './lists/ai-assistants.ts';
import type { ListedEngine, ListedSite } from './lists/listed.ts';
import { searchEngines } from './lists/search-engines.ts';
import { socialNetworks } from './lists/social-networks.ts';
import { type KeywordPlace, type Site, type SiteClass, siteClasses } from './site.ts';

/** A site with the hosts that lists give it. */
export interface ListedSiteOf {
  readonly site: Site;
  readonly hosts: readonly string[];
}

const sitesByClass: Readonly<Record<SiteClass, readonly ListedSiteOf[]>> = {
  ai: [...addedSites.ai, ...aiAssistants].map(sited('ai')),
  email: addedSites.email.map(sited('email')),
  video: addedSites.video.map(sited('video')),
  social: [...addedSites.social, ...socialNetworks].map(sited('social')),
  shopping: addedSites.shopping.map(sited('shopping')),
  search: [...addedEngines, ...searchEngines].map(engine),
};

/** Every site of every list; a class that takes precedence comes first. */
export const listedSites: readonly ListedSiteOf[] = [
  ...siteClasses.flatMap((siteClass) => sitesByClass[siteClass]),
  ...neutralSites.map(sited(null)),
];

function sited(siteClass: SiteClass | null): (listed: ListedSite) => ListedSiteOf {
  return ({ name, hosts }) => ({ site: { name, siteClass }, hosts });
}

function engine(listed: ListedEngine): ListedSiteOf {
  const name = renamedEngines.get(listed.name) ?? listed.name;
  return { site: { name, siteClass: 'search', keyword: keywordPlace(listed) }, hosts: listed.hosts };
}

function keywordPlace({ keywords, patterns = [], charsets = [] }: ListedEngine): KeywordPlace {
  return {
    // Names that differ only in case are one.
    parameters: new Map([...keywords].reverse().map((name) => [name.toLowerCase(), keywords.indexOf(name)])),
    patterns: patterns.map((pattern) => new RegExp(pattern)),
    charsets,
  };
}
