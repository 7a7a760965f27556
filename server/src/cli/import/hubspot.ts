import type { PresetRow, RowPart } from './presets.ts';

/** A contact's first source, or its latest: the columns that tell of it. */
interface SourceColumns {
  readonly time: readonly string[];
  readonly category: readonly string[];
  /** What they hold depends on the category. */
  readonly drillDowns: readonly [readonly string[], readonly string[]];
  readonly path: readonly string[];
  readonly referrer: readonly string[];
  readonly clickId?: readonly string[];
}

const owner = ['Contact owner', 'hubspot_owner_id'];

interface Category {
  /** As exports and the API of HubSpot call it, the latter being told apart by case and punctuation alone, but for some. */
  readonly names: readonly string[];
  /** What the default channel rules know it by. */
  readonly constants: Readonly<Record<string, string>>;
  /** The fields that the drill-downs have: the first of these that says something is taken. */
  readonly drillDowns?: Readonly<Record<string, readonly (0 | 1)[]>>;
  readonly hasClickId?: true;
  /** Whoever owns a contact now has brought none that came to the site by itself. */
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
    // Its engine is not told. The rules know advertising in search engines by one.
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

/** What HubSpot writes where it knows nothing. */
export const hubspotUnknowns = [
  'Unknown keywords (SSL)',
  'Unknown keywords (image preview)',
  'Auto-tagged PPC',
];

/** A touch for one of the two sources of a contact. */
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
      // What HubSpot does not call so, somebody else has named.
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
