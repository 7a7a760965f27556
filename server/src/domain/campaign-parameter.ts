const campaignFields = ['medium', 'source', 'campaign', 'term', 'content'] as const;
export type CampaignField = (typeof campaignFields)[number];

/** The families of parameter names that an organization may add; `utm` is always read. */
export const optionalFamilies = ['matomo', 'hubspot', 'plain'] as const;
export type OptionalFamily = (typeof optionalFamilies)[number];

export interface CampaignParameter {
  readonly family: 'utm' | OptionalFamily;
  readonly name: string;
  readonly field: CampaignField;
}

const matomoPrefixes = ['mtm_', 'matomo_', 'pk_'];

const matomoNames: Readonly<Record<string, CampaignField>> = {
  campaign: 'campaign',
  cpn: 'campaign',
  source: 'source',
  medium: 'medium',
  keyword: 'term',
  kwd: 'term',
  content: 'content',
};

/** The parameters of the five campaign fields; where several set one field, the first in this order counts. */
export const campaignParameters: readonly CampaignParameter[] = [
  { family: 'utm', name: 'utm_source', field: 'source' },
  { family: 'utm', name: 'utm_medium', field: 'medium' },
  { family: 'utm', name: 'utm_campaign', field: 'campaign' },
  { family: 'utm', name: 'utm_term', field: 'term' },
  { family: 'utm', name: 'utm_content', field: 'content' },
  ...matomoPrefixes.flatMap((prefix) =>
    Object.entries(matomoNames).map(([name, field]) => ({
      family: 'matomo' as const,
      name: `${prefix}${name}`,
      field,
    })),
  ),
  { family: 'hubspot', name: 'hsa_cam', field: 'campaign' },
  { family: 'hubspot', name: 'hsa_src', field: 'source' },
  { family: 'plain', name: 'source', field: 'source' },
  { family: 'plain', name: 'ref', field: 'source' },
];

/** Parameters that are named like the field of the lead source they set. */
export const literalFields = ['affiliate', 'subAffiliate', 'clickId', 'salesAgent'] as const;
