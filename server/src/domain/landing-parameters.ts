import { campaignParameters, literalFields } from './campaign-parameter.ts';
import { type AdClickId, adClickIds, type ClickIdKind, literalClickIdKind } from './click-id.ts';
import type { LandingSettings } from './landing-settings.ts';
import type { LeadSourceField } from './lead-source.ts';
import { type ParameterValues, readParameters } from './url-parameter.ts';
import type { WebAddress } from './web-address.ts';

/** What the parameters of a landing say. */
export interface LandingFacts {
  readonly fields: { [Field in LeadSourceField]?: string };
  readonly clickIdKind: ClickIdKind | null;
  /** Whether anything is said at all, even if only by an id that says nothing of where the visit came from. */
  readonly saysAnything: boolean;
  /** Whether what is said takes precedence over the referrer. */
  readonly outranksReferrer: boolean;
}

type PlacesOf<Item> = readonly { readonly item: Item; readonly place: number }[];

interface Places {
  readonly byName: ReadonlyMap<string, number>;
  /** For each field, the first place that has a value counts. */
  readonly fields: PlacesOf<LeadSourceField>;
  /** The first of them that has a value is the click id. */
  readonly clickIds: PlacesOf<AdClickId>;
}

/** Makes a reader of a landing's parameters: those of the query, then those of a query inside the fragment. */
export function parameterReader(settings: LandingSettings): (page: WebAddress) => LandingFacts {
  const places = placesFor(settings);
  return ({ query, fragment }) => {
    const values: ParameterValues = [];
    if (query !== null) readParameters(query, places.byName, values);
    const mark = fragment === null ? -1 : fragment.indexOf('?');
    if (fragment !== null && mark !== -1) readParameters(fragment.slice(mark + 1), places.byName, values);
    return values.length === 0 ? nothing : factsOf(values, places);
  };
}

const nothing: LandingFacts = { fields: {}, clickIdKind: null, saysAnything: false, outranksReferrer: false };

function factsOf(values: ParameterValues, { fields, clickIds }: Places): LandingFacts {
  const said: { [Field in LeadSourceField]?: string } = {};
  for (const { item, place } of fields) {
    const value = values[place];
    if (value !== undefined) said[item] ??= value;
  }
  const saysField = Object.keys(said).length > 0;
  const literalKind = said.clickId === undefined ? null : literalClickIdKind;
  const clickId = clickIds.find(({ place }) => values[place] !== undefined);
  if (clickId === undefined) {
    return { fields: said, clickIdKind: literalKind, saysAnything: saysField, outranksReferrer: saysField };
  }
  const { kind, source, medium } = clickId.item;
  said.clickId ??= values[clickId.place] ?? '';
  if (source !== undefined) said.source ??= source;
  if (medium !== undefined) said.medium ??= medium;
  return {
    fields: said,
    clickIdKind: literalKind ?? kind,
    saysAnything: true,
    outranksReferrer: saysField || source !== undefined || medium !== undefined,
  };
}

/** Affiliate networks come before advertisers: commissions are paid by their ids. */
function placesFor({ parameterFamilies, affiliateParameters }: LandingSettings): Places {
  const byName = new Map<string, number>();
  const placeOf = (name: string) => {
    const place = byName.get(name.toLowerCase()) ?? byName.size;
    byName.set(name.toLowerCase(), place);
    return place;
  };
  const families = new Set<string>(['utm', ...parameterFamilies]);
  const named = [
    ...campaignParameters.filter(({ family }) => families.has(family)),
    ...literalFields.map((field) => ({ name: field, field })),
    ...affiliateParameters.filter(({ field }) => field === 'affiliate'),
  ];
  const networks = affiliateParameters
    .filter(({ field }) => field === 'clickId')
    .map(({ name }) => ({ kind: name.toLowerCase(), medium: 'affiliate' }));
  return {
    fields: named.map(({ name, field }) => ({ item: field, place: placeOf(name) })),
    clickIds: [...networks, ...adClickIds].map((item) => ({ item, place: placeOf(item.kind) })),
    byName,
  };
}
