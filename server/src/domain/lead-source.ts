/** The eleven facts of a lead source, in the order answers carry them, with their limits in Unicode code points. */
export const leadSourceLimits = {
  medium: 512,
  source: 512,
  campaign: 512,
  term: 512,
  content: 512,
  affiliate: 512,
  subAffiliate: 512,
  salesAgent: 512,
  clickId: 512,
  path: 512,
  referrer: 2083,
} as const;

export type LeadSourceField = keyof typeof leadSourceLimits;

export const leadSourceFields = Object.keys(leadSourceLimits) as readonly LeadSourceField[];

export type LeadSource = Readonly<Record<LeadSourceField, string | null>>;

/** Facts as somebody wrote them. Of those left out, nothing is said. */
export type GivenFacts = { readonly [Field in LeadSourceField]?: string | null };

/** A lead source from a partial one: absent fields become null, and unknown members are dropped. */
export function completeLeadSource(partial: GivenFacts): LeadSource {
  return {
    medium: partial.medium ?? null,
    source: partial.source ?? null,
    campaign: partial.campaign ?? null,
    term: partial.term ?? null,
    content: partial.content ?? null,
    affiliate: partial.affiliate ?? null,
    subAffiliate: partial.subAffiliate ?? null,
    salesAgent: partial.salesAgent ?? null,
    clickId: partial.clickId ?? null,
    path: partial.path ?? null,
    referrer: partial.referrer ?? null,
  };
}

/** Whether two lead sources state the same facts, code point for code point; null and "" differ. */
export function sameLeadSource(one: LeadSource, other: LeadSource): boolean {
  return leadSourceFields.every((field) => one[field] === other[field]);
}
