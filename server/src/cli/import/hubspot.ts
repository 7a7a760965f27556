import type { PresetRow, RowPart } from './preset-row.ts';

/** The columns that describe a contact's first or latest source. */
interface SourceColumns {
  readonly time: readonly string[];
  readonly category: readonly string[];
  /** Their meaning depends on the category. */
  readonly drillDowns: readonly [readonly string[], readonly string[]];
  readonly path: readonly string[];
  readonly referrer: readonly string[];
  readonly clickId?: readonly string[];
}

const owner = ['Contact owner', 'hubspot_owner_id'];

interface Category {
  /** Names in HubSpot's exports and API. Most of the latter differ only in case and punctuation. */
  readonly names: readonly string[];
  /** Values by which the default channel rules recognize the category. */
  readonly constants: Readonly<Record<string, string>>;
  /** Which drill-downs a field may take: the first of them that has a value. */
  readonly drillDowns?: Readonly<Record<string, readonly (0 | 1)[]>>;
  readonly hasClickId?: true;
  /** The contact's owner counts only here: a contact that came to the site by itself was not brought by its present owner. */
  readonly isByOwner?: true;
}

const categories: readonly Category[] = [
  { names: ['Direct Traffic'], constants: { medium: '(none)', source: '(direct)' } },
  { names: ['Organic Search'], constants: { medium: 'organic' }, drillDowns: { source: [1, 0] } },
  {
    names: ['Organic Social', 'Social Media'],
    constants: { medium: 'social' },
    drillDowns: { source: [0], campaign: [1] },
  },
  {
    // The search engine is not named, but the rules recognize paid search by one.
    names: ['Paid Search'],
    constants: { medium: 'cpc', source: 'google' },
    drillDowns: { campaign: [0], term: [1] },
    hasClickId: true,
  },
  {
    names: ['Paid Social'],
    constants: { medium: 'paid_social' },
    drillDowns: { source: [0], campaign: [1] },
  },
  {
    names: ['Email Marketing'],
    constants: { medium: 'email', source: 'email' },
    drillDowns: { campaign: [0], content: [1] },
  },
  { names: ['Referrals'], constants: { medium: 'referral' }, drillDowns: { source: [0] } },
  { names: ['AI Referrals'], constants: { medium: 'ai-assistant' }, drillDowns: { source: [0] } },
  {
    names: ['Other Campaigns'],
    constants: { medium: 'campaign' },
    drillDowns: { campaign: [0], source: [1] },
  },
  {
    names: ['Offline Sources', 'Offline'],
    constants: { medium: 'offline' },
    drillDowns: { source: [0] },
    isByOwner: true,
  },
];

/** What HubSpot writes when it knows nothing. */
export const hubspotUnknowns = [
  'Unknown keywords (SSL)',
  'Unknown keywords (image preview)',
  'Auto-tagged PPC',
];

/** The mapping of a touch for one of a contact's two sources. */
export function hubspotRow(columns: SourceColumns): Omit<PresetRow, 'needs'> {
  const [first, second] = columns.drillDowns;
  return {
    columns: {
      customerId: ['Record ID', 'Record ID - Contact', 'Contact ID', 'hs_object_id'],
      occurredTime: columns.time,
      path: columns.path,
      referrer: columns.referrer,
    },
    cases: {
      columns: columns.category,
      byText: categories.flatMap((category) =>
        category.names.map((name) => [name, partOf(category, columns)] as const),
      ),
      // A category that is not one of HubSpot's was named by somebody else.
      otherwise: {
        columns: { medium: columns.category, source: first, campaign: second, salesAgent: owner },
      },
    },
  };
}

function partOf(
  { constants, drillDowns = {}, hasClickId, isByOwner }: Category,
  columns: SourceColumns,
): RowPart {
  const told = Object.entries(drillDowns).map(([field, places]) => [
    field,
    places.flatMap((place) => columns.drillDowns[place]),
  ]);
  return {
    columns: {
      ...Object.fromEntries(told),
      ...(hasClickId && columns.clickId !== undefined ? { clickId: columns.clickId } : {}),
      ...(isByOwner ? { salesAgent: owner } : {}),
    },
    constants,
  };
}
