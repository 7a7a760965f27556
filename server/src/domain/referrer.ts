import { isWithin, longestHost, type SplitHost, withoutWww } from './host-name.ts';
import { mediumOf, type Site } from './site.ts';
import type { SiteDirectory } from './site-directory.ts';
import { decodeOnce, type ParameterValues, readParameters } from './url-parameter.ts';
import { readAddress, type WebAddress } from './web-address.ts';

/** Where a page view came from. */
export type Arrival =
  /** From nowhere that counts: no referrer, or none with a known scheme and a host. */
  | { readonly kind: 'unknown' }
  /** From the organization's own pages, or from a host that only interrupts a visit. */
  | { readonly kind: 'inside' }
  | { readonly kind: 'outside'; readonly address: WebAddress; readonly site: Site | undefined };

export interface InsideHosts {
  readonly ownHosts: readonly string[];
  readonly excludedHosts: readonly string[];
}

const schemes = new Set(['http', 'https', 'android-app']);
/** Pages that another page has made itself, such as the content of an `<iframe srcdoc>`; that one is their referrer. */
const schemesOfMadePages = new Set(['about', 'blob', 'data']);
const unknown: Arrival = { kind: 'unknown' };
const inside: Arrival = { kind: 'inside' };

/** Whether a host is one of the organization's, `localhost`, or excluded, itself or by a host above it. */
export function insideRule({ ownHosts, excludedHosts }: InsideHosts): (host: string) => boolean {
  const hosts = new Set([...ownHosts, ...excludedHosts].map((host) => withoutWww(host.toLowerCase())));
  return (host) => host === 'localhost' || isWithin(host, hosts);
}

/**
 * Makes a reader of the referrers of pages; null is none. A page's own host is inside, and so is every host of its registrable
 * domain that no list knows. So is whatever made the page.
 */
export function arrivalReader(
  isInside: (host: string) => boolean,
  directory: SiteDirectory,
  splitHost: SplitHost,
): (referrer: string | null, page: WebAddress) => Arrival {
  const isSameSite = sameSiteRule(splitHost);
  return (referrer, { scheme, host: pageHost }) => {
    if (schemesOfMadePages.has(scheme)) return inside;
    if (referrer === null) return unknown;
    const address = readAddress(referrer.trim());
    const { host, path } = address;
    if (host === '' || host.length > longestHost || !schemes.has(address.scheme)) return unknown;
    if (isInside(host) || withoutWww(host) === withoutWww(pageHost)) return inside;
    const isApp = address.scheme === 'android-app';
    const known = isApp ? directory.at(host) : directory.find(host, path);
    if (known !== undefined || isApp) return { kind: 'outside', address, site: known };
    if (isSameSite(host, pageHost)) return inside;
    return { kind: 'outside', address, site: directory.findOrGuess(host, path) };
  };
}

function sameSiteRule(splitHost: SplitHost): (one: string, other: string) => boolean {
  return (one, other) => {
    const ending = one.slice(one.lastIndexOf('.'));
    if (!other.endsWith(ending)) return false;
    const domain = splitHost(one).registrable;
    return domain !== null && domain === splitHost(other).registrable;
  };
}

/** What an arrival from outside says of a visit. */
export interface ReferrerFacts {
  readonly source: string;
  readonly medium: string;
  /** The search keyword, where the engine still sends one. */
  readonly term: string | undefined;
}

export function referrerFacts(address: WebAddress, site: Site | undefined): ReferrerFacts {
  if (site === undefined) return { source: withoutWww(address.host), medium: 'referral', term: undefined };
  return {
    source: specialName(site, address),
    medium: mediumOf(site.siteClass),
    term: keywordOf(site, address),
  };
}

/** Special searches of an engine, recognized by a parameter. */
const specials: readonly { engine: string; parameter: string; names: ReadonlyMap<string, string> }[] = [
  {
    engine: 'Google',
    parameter: 'tbm',
    names: new Map([
      ['isch', 'Google Images'],
      ['shop', 'Google Shopping'],
      ['vid', 'Google Video'],
    ]),
  },
  {
    engine: 'Google',
    parameter: 'udm',
    names: new Map([
      ['2', 'Google Images'],
      ['28', 'Google Shopping'],
      ['7', 'Google Video'],
    ]),
  },
];

const specialPlaces = new Map(specials.map(({ parameter }, place) => [parameter, place]));

function specialName(site: Site, { query }: WebAddress): string {
  if (query === null || !specials.some(({ engine }) => engine === site.name)) return site.name;
  const values: ParameterValues = [];
  readParameters(query, specialPlaces, values);
  const special = specials.map(({ engine, names }, place) =>
    engine === site.name ? names.get(values[place] ?? '') : undefined,
  );
  return special.find((name) => name !== undefined) ?? site.name;
}

function keywordOf({ keyword }: Site, { path, query }: WebAddress): string | undefined {
  if (keyword === undefined) return undefined;
  const values: ParameterValues = [];
  if (query !== null) readParameters(query, keyword.parameters, values, keyword.charsets);
  const value = values.find((one) => one !== undefined);
  if (value !== undefined || keyword.patterns.length === 0) return value;
  const target = query === null ? path : `${path}?${query}`;
  const found = keyword.patterns.map((pattern) => pattern.exec(target)?.[1]).find((one) => one !== undefined);
  return found === undefined || found === '' ? undefined : decodeOnce(found, keyword.charsets);
}
