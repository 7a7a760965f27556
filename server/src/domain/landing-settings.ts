import type { OptionalFamily } from './campaign-parameter.ts';
import { type AffiliateParameter, defaultAffiliateParameters } from './click-id.ts';
import { defaultExcludedHosts } from './lists/excluded-hosts.ts';
import { defaultUrlPolicy, type UrlPolicy } from './url-policy.ts';

/** How an organization wants its landings read. */
export interface LandingSettings {
  /** The organization's hosts, with all below them; the page's own host needs no mention. */
  readonly ownHosts: readonly string[];
  /** Hosts that interrupt a visit and begin none, with all below them. */
  readonly excludedHosts: readonly string[];
  /** The names of campaign parameters that are read besides `utm_*`. */
  readonly parameterFamilies: readonly OptionalFamily[];
  /** The parameters of affiliate networks, by priority. */
  readonly affiliateParameters: readonly AffiliateParameter[];
  readonly urlPolicy: UrlPolicy;
}

export const defaultLandingSettings: LandingSettings = {
  ownHosts: [],
  excludedHosts: defaultExcludedHosts,
  parameterFamilies: [],
  affiliateParameters: defaultAffiliateParameters,
  urlPolicy: defaultUrlPolicy,
};
