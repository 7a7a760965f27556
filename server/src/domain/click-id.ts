/** The name, in lower case, of the parameter that a click id came in. */
export type ClickIdKind = string;

/** The kind of a click id that was given as `clickId`: no parameter of a network, but an id all the same. */
export const literalClickIdKind: ClickIdKind = 'clickid';

/**
 * Whether a text can be a click id of an advertising platform, of whatever kind: they are made of what URLs take without an
 * escape, and begin with a letter, a digit or an underscore.
 */
export function canBeClickId(text: string): boolean {
  return /^\w[\w.~-]*$/.test(text);
}

export interface AdClickId {
  readonly kind: ClickIdKind;
  /** What the id says of a visit where no campaign parameter does; both absent for an id that says nothing. */
  readonly source?: string;
  readonly medium?: string;
}

/** Click ids of advertisers and mailers, by priority: of several in one URL the first is kept. */
export const adClickIds: readonly AdClickId[] = [
  { kind: 'gclid', source: 'google', medium: 'cpc' },
  { kind: 'wbraid', source: 'google', medium: 'cpc' },
  { kind: 'gbraid', source: 'google', medium: 'cpc' },
  { kind: 'dclid', source: 'google', medium: 'cpm' },
  { kind: 'gclsrc', source: 'google', medium: 'cpc' },
  // Meta also adds these to clicks that nobody paid for.
  { kind: 'fbclid', source: 'facebook', medium: 'social' },
  { kind: 'igshid', source: 'instagram', medium: 'social' },
  { kind: 'msclkid', source: 'bing', medium: 'cpc' },
  { kind: 'ttclid', source: 'tiktok', medium: 'paid_social' },
  { kind: 'twclid', source: 'twitter', medium: 'paid_social' },
  { kind: 'li_fat_id', source: 'linkedin', medium: 'paid_social' },
  { kind: 'epik', source: 'pinterest', medium: 'paid_social' },
  { kind: 'sclid', source: 'snapchat', medium: 'paid_social' },
  { kind: 'sccid', source: 'snapchat', medium: 'paid_social' },
  { kind: 'rdt_cid', source: 'reddit', medium: 'paid_social' },
  { kind: 'qclid', source: 'quora', medium: 'paid_social' },
  { kind: 'yclid', source: 'yandex', medium: 'cpc' },
  { kind: 'ymclid', source: 'yandex', medium: 'cpc' },
  { kind: 'ysclid', source: 'yandex', medium: 'organic' },
  { kind: 'dicbo', source: 'outbrain', medium: 'cpc' },
  { kind: 'obclid', source: 'outbrain', medium: 'cpc' },
  { kind: 'tblci', source: 'taboola', medium: 'cpc' },
  { kind: 'mc_cid', medium: 'email' },
  { kind: 'mc_eid', medium: 'email' },
  { kind: '_kx', medium: 'email' },
  { kind: '_hsenc', medium: 'email' },
  { kind: '_hsmi', medium: 'email' },
  { kind: 's_kwcid' },
  { kind: 'ef_id' },
  { kind: 'mkt_tok', medium: 'email' },
  { kind: '_branch_match_id' },
  // Google adds it to free product listings.
  { kind: 'srsltid', source: 'google', medium: 'organic' },
];

/** A parameter by which affiliate networks name the affiliate or the click. */
export interface AffiliateParameter {
  readonly name: string;
  readonly field: 'affiliate' | 'clickId';
}

/** What organizations begin with; each may change its own. */
export const defaultAffiliateParameters: readonly AffiliateParameter[] = [
  { name: 'via', field: 'affiliate' },
  { name: 'fpr', field: 'affiliate' },
  { name: 'irclickid', field: 'clickId' },
  { name: 'irclid', field: 'clickId' },
  { name: 'cjevent', field: 'clickId' },
  { name: 'awc', field: 'clickId' },
  { name: 'sscid', field: 'clickId' },
  { name: 'ranSiteID', field: 'clickId' },
  { name: 'clickref', field: 'clickId' },
  { name: 'ps_xid', field: 'clickId' },
  { name: 'dub_id', field: 'clickId' },
];
