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

/** What an organization decided itself; the rest is as it is by default, also where a newer program has it better. */
export type OwnLandingSettings = Partial<LandingSettings>;

export function wholeLandingSettings(own: OwnLandingSettings | null): LandingSettings {
  // A version may be of a time when a policy had fewer members.
  return { ...defaultLandingSettings, ...own, urlPolicy: { ...defaultUrlPolicy, ...own?.urlPolicy } };
}

/** Settings as they are asked for: what is absent or null is as by default. */
export type AskedLandingSettings = {
  readonly [Member in Exclude<keyof LandingSettings, 'urlPolicy'>]?: LandingSettings[Member] | null;
} & { readonly urlPolicy?: { readonly [Member in keyof UrlPolicy]?: UrlPolicy[Member] | null } | null };

/** What of it differs from the default; null where nothing does. Members that settings do not have are left out. */
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
  const members = Object.keys(whole) as readonly (keyof LandingSettings)[];
  const own = members.filter(
    (member) => JSON.stringify(whole[member]) !== JSON.stringify(defaultLandingSettings[member]),
  );
  return own.length === 0 ? null : Object.fromEntries(own.map((member) => [member, whole[member]]));
}
