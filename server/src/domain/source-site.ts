import { withoutWww } from './host-name.ts';
import { advertisingNames, sourceAliases } from './lists/source-aliases.ts';
import { sourceCategories } from './lists/source-categories.ts';
import { type SiteClass, siteClasses } from './site.ts';
import type { SiteDirectory } from './site-directory.ts';
import { listedSites } from './site-list.ts';
import { readAddress, type WebAddress } from './web-address.ts';

/** What is known of a source by its text. */
export interface SourceSite {
  readonly siteClass: SiteClass | null;
  /** Whether its name alone means advertising: `fb-ads`. */
  readonly isAdvertising: boolean;
}

const unknown: SourceSite = { siteClass: null, isAdvertising: false };

/** Makes the look-up of sources, ignoring case: by name, by common alias, by host, by name followed by `ad` or `ads`. */
export function sourceLookUp(directory: SiteDirectory): (source: string) => SourceSite {
  const names = classesByName();
  const categories = categoriesBySource();
  const advertising = advertisingByName(names);
  const classOf = (source: string) =>
    names.get(source) ?? classOfHost(source, directory, categories) ?? categories.get(source);
  return (written) => {
    const source = written.toLowerCase();
    const siteClass = classOf(source);
    if (siteClass !== undefined) return { siteClass, isAdvertising: false };
    const advertised = advertising.get(source) ?? names.get(withoutAds(source));
    if (advertised !== undefined) return { siteClass: advertised, isAdvertising: true };
    const guessed = guessedClass(source, directory);
    return guessed === undefined ? unknown : { siteClass: guessed, isAdvertising: false };
  };
}

function classesByName(): ReadonlyMap<string, SiteClass | null> {
  const names = new Map<string, SiteClass | null>();
  for (const siteClass of siteClasses) {
    const listed = listedSites
      .filter(({ site }) => site.siteClass === siteClass)
      .map(({ site }) => site.name);
    // No other list has shops by name, and some search engines are named like shops.
    const shops =
      siteClass === 'shopping' ? sourcesOf('shopping').filter((source) => !source.includes('.')) : [];
    for (const name of [...listed, ...shops]) setFirst(names, name.toLowerCase(), siteClass);
  }
  for (const { siteClass, sources } of sourceCategories) {
    for (const source of sources) if (!source.includes('.')) setFirst(names, source, siteClass);
  }
  for (const [name, aliases] of Object.entries(sourceAliases)) {
    const siteClass = names.get(name.toLowerCase());
    if (siteClass === undefined) continue;
    for (const alias of aliases) setFirst(names, alias, siteClass);
  }
  return names;
}

function categoriesBySource(): ReadonlyMap<string, SiteClass> {
  return new Map(
    sourceCategories.flatMap(({ siteClass, sources }) => sources.map((name) => [name, siteClass])),
  );
}

function sourcesOf(wanted: SiteClass): readonly string[] {
  return sourceCategories.filter(({ siteClass }) => siteClass === wanted).flatMap(({ sources }) => sources);
}

function advertisingByName(
  names: ReadonlyMap<string, SiteClass | null>,
): ReadonlyMap<string, SiteClass | null> {
  return new Map(
    Object.entries(advertisingNames).map(([name, site]) => [name, names.get(site.toLowerCase()) ?? null]),
  );
}

function setFirst<Value>(map: Map<string, Value>, name: string, value: Value): void {
  if (!map.has(name)) map.set(name, value);
}

const hostAndPath = /^[a-z\d.-]+\.[a-z\d-]{2,}\.?(?::\d+)?(?:\/|$)/;

/** Categories name single hosts; lists include the hosts below theirs. */
function classOfHost(
  source: string,
  directory: SiteDirectory,
  categories: ReadonlyMap<string, SiteClass>,
): SiteClass | null | undefined {
  const address = addressOf(source);
  if (address === null) return undefined;
  const { host, path } = address;
  const exact = path.length > 1 ? undefined : directory.at(host)?.siteClass;
  return exact ?? categories.get(withoutWww(host)) ?? directory.find(host, path)?.siteClass;
}

/** The class of a source that is an unlisted host. Names come before: `gmail.ads` looks like a host, too. */
function guessedClass(source: string, directory: SiteDirectory): SiteClass | null | undefined {
  const address = addressOf(source);
  return address === null ? undefined : directory.findOrGuess(address.host, address.path)?.siteClass;
}

function addressOf(source: string): WebAddress | null {
  const isAddress = source.includes('://');
  if (!isAddress && !hostAndPath.test(source)) return null;
  return readAddress(isAddress ? source : `//${source}`);
}

/** The source without a trailing `ad` or `ads` and one separator before it; empty where it has none. */
function withoutAds(source: string): string {
  const end = source.endsWith('ads') ? -3 : source.endsWith('ad') ? -2 : 0;
  if (end === 0) return '';
  const name = source.slice(0, end);
  return /[-_.]$/.test(name) ? name.slice(0, -1) : name;
}
