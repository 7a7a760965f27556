import { type ClickIdKind, literalClickIdKind } from './click-id.ts';
import type { LeadSource } from './lead-source.ts';
import type { SiteClass } from './site.ts';
import type { SiteDirectory } from './site-directory.ts';
import type { SourceSite } from './source-site.ts';
import type { ListedTouch } from './touch.ts';
import { referrerHost } from './uri.ts';

/** The part of a touch that decides its channel; it is stored once for all touches that share it. */
export interface ChannelTuple
  extends Pick<
    LeadSource,
    'medium' | 'source' | 'campaign' | 'term' | 'content' | 'affiliate' | 'subAffiliate' | 'salesAgent'
  > {
  readonly referrerHost: string | null;
  readonly clickIdKind: ClickIdKind | null;
}

/** The members of a tuple that are facts of a lead source. */
export const tupleFields = [
  'medium',
  'source',
  'campaign',
  'term',
  'content',
  'affiliate',
  'subAffiliate',
  'salesAgent',
] as const satisfies readonly (keyof ChannelTuple & keyof LeadSource)[];

/** The kind of the click id of a lead source that was written field by field, not read from a landing. */
export function writtenClickIdKind({ clickId }: Pick<LeadSource, 'clickId'>): ClickIdKind | null {
  return clickId === null ? null : literalClickIdKind;
}

/** What decides the channel of a lead source whose click id is of the given kind. */
export function channelTupleOf(leadSource: LeadSource, clickIdKind: ClickIdKind | null): ChannelTuple {
  const { referrer } = leadSource;
  return {
    medium: leadSource.medium,
    source: leadSource.source,
    campaign: leadSource.campaign,
    term: leadSource.term,
    content: leadSource.content,
    affiliate: leadSource.affiliate,
    subAffiliate: leadSource.subAffiliate,
    salesAgent: leadSource.salesAgent,
    referrerHost: referrer === null ? null : referrerHost(referrer),
    clickIdKind,
  };
}

/** What decides the channel of a stored touch, even after its details were removed. */
export function keptTupleOf({ touch, clickIdKind, referrerHost }: ListedTouch): ChannelTuple {
  return { ...channelTupleOf(touch.leadSource, clickIdKind), referrerHost };
}

export const textFields = [
  'medium',
  'source',
  'campaign',
  'term',
  'content',
  'affiliate',
  'subAffiliate',
  'salesAgent',
  'referrerHost',
  'clickIdKind',
  'siteClass',
] as const;
export type TextField = (typeof textFields)[number];

export const flagFields = ['paid', 'shoppingCampaign'] as const;
export type FlagField = (typeof flagFields)[number];

/** What rules can test: texts in lower case, null where unset or empty, and what is derived from them. */
export type ChannelFacts = Readonly<Record<TextField, string | null> & Record<FlagField, boolean>>;

/** The sites by which channels are recognized. */
export interface KnownSites {
  readonly directory: SiteDirectory;
  readonly siteOfSource: (source: string) => SourceSite;
}

/** Makes a reader of a tuple's facts. A referrer that is inside (own, excluded or `localhost`) counts as none. */
export function factReader(
  { directory, siteOfSource }: KnownSites,
  isInside: (host: string) => boolean,
): (tuple: ChannelTuple) => ChannelFacts {
  return (tuple) => {
    // A name that is written to its root is the same host.
    const host = folded(tuple.referrerHost)?.replace(/\.$/, '') ?? null;
    const referrerHost = host === null || isInside(host) ? null : host;
    const source = folded(tuple.source);
    const medium = folded(tuple.medium);
    const campaign = folded(tuple.campaign);
    const named = source === null ? null : siteOfSource(source);
    return {
      medium,
      source,
      campaign,
      term: folded(tuple.term),
      content: folded(tuple.content),
      affiliate: folded(tuple.affiliate),
      subAffiliate: folded(tuple.subAffiliate),
      salesAgent: folded(tuple.salesAgent),
      referrerHost,
      clickIdKind: folded(tuple.clickIdKind),
      siteClass: named === null ? classOfReferrer(referrerHost, directory) : named.siteClass,
      paid: (medium !== null && meansPaid(medium)) || named?.isAdvertising === true,
      shoppingCampaign: campaign !== null && shoppingCampaign.test(campaign),
    };
  };
}

/** Matches `eshop`, but not `workshop`. */
const shoppingCampaign = /shopping|(?:^|[^a-df-z])shop/;

function meansPaid(medium: string): boolean {
  return medium.includes('cp') || medium === 'ppc' || medium === 'retargeting' || medium.startsWith('paid');
}

function classOfReferrer(host: string | null, directory: SiteDirectory): SiteClass | null {
  return host === null ? null : (directory.findOrGuess(host, '')?.siteClass ?? null);
}

function folded(text: string | null): string | null {
  return text === null || text === '' ? null : text.toLowerCase();
}
