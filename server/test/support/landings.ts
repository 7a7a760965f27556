import { type ChannelTuple, factReader } from '../../src/domain/channel.ts';
import { compileChannelRules } from '../../src/domain/channel-rules.ts';
import { defaultChannelRules } from '../../src/domain/default-channel-rules.ts';
import { type LandingReading, landingReader } from '../../src/domain/landing.ts';
import { defaultLandingSettings, type LandingSettings } from '../../src/domain/landing-settings.ts';
import type { LeadSource } from '../../src/domain/lead-source.ts';
import { insideRule } from '../../src/domain/referrer.ts';
import { siteDirectory } from '../../src/domain/site-directory.ts';
import { listedSites } from '../../src/domain/site-list.ts';
import { referrerHost } from '../../src/domain/uri.ts';
import { splitHost } from '../../src/operations/host-name.ts';

export const directory = siteDirectory(listedSites, splitHost);

/** A page without anything to say. */
export const page = 'https://shop.example/products/1';

export type TouchReading = Extract<LandingReading, { kind: 'touch' }>;

export function readerWith(changes: Partial<LandingSettings> = {}) {
  return landingReader({ ...defaultLandingSettings, ...changes }, directory, splitHost);
}

const readByDefault = readerWith();

/** Reads a landing that has to be a touch. */
export function touchOf(
  url: string,
  referrer: string | null = null,
  changes?: Partial<LandingSettings>,
): TouchReading {
  const read = changes === undefined ? readByDefault : readerWith(changes);
  const reading = read({ url, referrer });
  if (reading.kind !== 'touch') throw new Error(`${url} from ${referrer} is ignored as ${reading.reason}.`);
  return reading;
}

/** The facts of a landing that are set, without the page and the referrer. */
export function factsOf(
  url: string,
  referrer: string | null = null,
  changes?: Partial<LandingSettings>,
): Partial<LeadSource> {
  const { path: _path, referrer: _referrer, ...facts } = touchOf(url, referrer, changes).leadSource;
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== null));
}

export const factsOfTuple = factReader(directory, insideRule(defaultLandingSettings));

const defaultChannel = compileChannelRules(defaultChannelRules, factsOfTuple);

const emptyTuple: ChannelTuple = {
  medium: null,
  source: null,
  campaign: null,
  term: null,
  content: null,
  affiliate: null,
  subAffiliate: null,
  salesAgent: null,
  referrerHost: null,
  clickIdKind: null,
};

export function tupleWith(members: Partial<ChannelTuple>): ChannelTuple {
  return { ...emptyTuple, ...members };
}

/** The channel that the default rules give. */
export function channelOf(members: Partial<ChannelTuple>): string {
  return defaultChannel(tupleWith(members));
}

/** The channel of a landing by the default rules. */
export function landedChannelOf(url: string, referrer: string | null = null): string {
  const { leadSource, clickIdKind } = touchOf(url, referrer);
  const host = leadSource.referrer === null ? null : referrerHost(leadSource.referrer);
  return defaultChannel({ ...leadSource, referrerHost: host, clickIdKind });
}
