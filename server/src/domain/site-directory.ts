import { longestHost, openSuffixLength, parentHost, type SplitHost, withoutWww } from './host-name.ts';
import { countryCodes } from './lists/country-codes.ts';
import type { Site } from './site.ts';
import type { ListedSiteOf } from './site-list.ts';

/** Finds sites by their hosts. */
export interface SiteDirectory {
  /** The site of exactly this host, ignoring those above it. */
  at(host: string): Site | undefined;
  /** The site of the longest match: host with path prefix, host, then the hosts above it, label by label. */
  find(host: string, path: string): Site | undefined;
  /** As `find`, but an unlisted host that looks like that of an e-mail service is a site of its own. */
  findOrGuess(host: string, path: string): Site | undefined;
}

interface Entry {
  site?: Site;
  /** The list has the host with `www.` only: hosts below it belong to other sites. */
  isForWwwOnly?: boolean;
  /** Longest first. */
  readonly paths: [prefix: string, site: Site][];
}

/** Makes a directory of listed sites; where two list the same host, the first one keeps it. */
export function siteDirectory(listed: readonly ListedSiteOf[], splitHost: SplitHost): SiteDirectory {
  const entries = new Map<string, Entry>();
  const patterns = listed.flatMap(({ site, hosts }) => hosts.map((pattern) => ({ site, pattern })));
  for (const { site, pattern } of patterns) enter(entries, site, pattern);
  for (const entry of entries.values()) entry.paths.sort(([one], [other]) => other.length - one.length);
  const find = (host: string, path: string) => findIn(entries, host, path);
  return {
    at: (host) => siteAt(entries, host, '', openSuffixLength(host), true),
    find,
    findOrGuess: (host, path) => find(host, path) ?? guessedSite(host, splitHost),
  };
}

const appPrefix = 'android-app//';

function enter(entries: Map<string, Entry>, site: Site, pattern: string): void {
  const plain = pattern.startsWith(appPrefix) ? pattern.slice(appPrefix.length) : pattern;
  const slash = plain.indexOf('/');
  const path = slash === -1 ? '' : plain.slice(slash).replace(/\/$/, '');
  for (const host of spelledOut(slash === -1 ? plain : plain.slice(0, slash))) {
    const short = withoutWww(host);
    if (short === host) enterHost(entries, site, host, path, false);
    else if (entries.get(short)?.site === undefined || path !== '') {
      enterHost(entries, site, host, path, false);
      enterHost(entries, site, short, path, true);
    }
  }
}

/** A `{}` before the end is replaced by each country; one at the end is left to the look-up. */
function spelledOut(host: string): readonly string[] {
  const place = host.indexOf('{}');
  if (place === -1 || place === host.length - 2) return [host];
  return [...countryCodes].map((code) => host.replace('{}', code));
}

function enterHost(
  entries: Map<string, Entry>,
  site: Site,
  host: string,
  path: string,
  isForWwwOnly: boolean,
): void {
  const entry = entries.get(host) ?? { paths: [] };
  entries.set(host, entry);
  if (path !== '') {
    if (!entry.paths.some(([prefix]) => prefix === path)) entry.paths.push([path, site]);
  } else if (entry.site === undefined) {
    entry.site = site;
    entry.isForWwwOnly = isForWwwOnly;
  } else if (entry.site.siteClass === site.siteClass) {
    entry.isForWwwOnly &&= isForWwwOnly;
  }
}

function findIn(entries: Map<string, Entry>, host: string, path: string): Site | undefined {
  if (host.length > longestHost) return undefined;
  const openSuffix = openSuffixLength(host);
  for (let level: string | null = host; level !== null; level = parentHost(level)) {
    const site = siteAt(entries, level, path, openSuffix, level === host);
    if (site !== undefined) return site;
  }
  return undefined;
}

function siteAt(
  entries: Map<string, Entry>,
  host: string,
  path: string,
  openSuffix: number,
  isWhole: boolean,
): Site | undefined {
  const named = entries.get(host);
  const open =
    openSuffix > 0 && host.length > openSuffix
      ? entries.get(`${host.slice(0, host.length - openSuffix)}{}`)
      : undefined;
  if (named === undefined && open === undefined) return undefined;
  return siteOnPath(named, path) ?? siteOnPath(open, path) ?? siteOf(named, isWhole) ?? siteOf(open, isWhole);
}

function siteOf(entry: Entry | undefined, isWhole: boolean): Site | undefined {
  return entry?.isForWwwOnly === true && !isWhole ? undefined : entry?.site;
}

function siteOnPath(entry: Entry | undefined, path: string): Site | undefined {
  if (entry === undefined || entry.paths.length === 0 || path === '') return undefined;
  return entry.paths.find(
    ([prefix]) => path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === '/'),
  )?.[1];
}

/** Web mail has many host names; its redirectors begin with `deref-`. */
function guessedSite(host: string, splitHost: SplitHost): Site | undefined {
  const isMail =
    host.startsWith('deref-') || (host.includes('mail') && splitHost(host).label?.includes('mail'));
  return isMail ? { name: withoutWww(host), siteClass: 'email' } : undefined;
}
