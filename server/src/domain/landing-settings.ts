import type { OptionalFamily } from './campaign-parameter.ts';
import { type AffiliateParameter, defaultAffiliateParameters } from './click-id.ts';
import { defaultExcludedHosts } from './lists/excluded-hosts.ts';
import { differingMembers } from './own-settings.ts';
import { defaultUrlPolicy, type UrlPolicy } from './url-policy.ts';

/** How an organization wants its landings read. */
export interface LandingSettings {
  /** The organization's hosts, including all below them; a page's own host need not be listed. */
  readonly ownHosts: readonly string[];
  /** Hosts that interrupt a visit without beginning one, including all below them. */
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

/** What an organization decided itself. The rest follows the defaults, including those that a newer version improves. */
export type OwnLandingSettings = Partial<LandingSettings>;

export function wholeLandingSettings(own: OwnLandingSettings | null): LandingSettings {
  // A stored version may date from when a policy had fewer members.
  return { ...defaultLandingSettings, ...own, urlPolicy: { ...defaultUrlPolicy, ...own?.urlPolicy } };
}

/** Settings as they are asked for: an absent or null member takes its default. */
export type AskedLandingSettings = {
  readonly [Member in Exclude<keyof LandingSettings, 'urlPolicy'>]?: LandingSettings[Member] | null;
} & { readonly urlPolicy?: { readonly [Member in keyof UrlPolicy]?: UrlPolicy[Member] | null } | null };

/** The members that differ from the default; null where none does. Unknown members are dropped. */
export function ownLandingSettings(asked: AskedLandingSettings): OwnLandingSettings | null {
  const { urlPolicy } = asked;
  const whole: LandingSettings = {
    ownHosts: asked.ownHosts ?? defaultLandingSettings.ownHosts,
    excludedHosts: asked.excludedHosts ?? defaultLandingSettings.excludedHosts,
    parameterFamilies: asked.parameterFamilies ?? defaultLandingSettings.parameterFamilies,
    affiliateParameters: (asked.affiliateParameters ?? defaultLandingSettings.affiliateParameters).map(
      ({ name, field }) => ({ name, field }),
    ),
    urlPolicy: {
      query: urlPolicy?.query ?? defaultUrlPolicy.query,
      allowedParameters: urlPolicy?.allowedParameters ?? defaultUrlPolicy.allowedParameters,
      redactedParameters: urlPolicy?.redactedParameters ?? defaultUrlPolicy.redactedParameters,
      appliesToApi: urlPolicy?.appliesToApi ?? defaultUrlPolicy.appliesToApi,
    },
  };
  return differingMembers(whole, defaultLandingSettings);
}
