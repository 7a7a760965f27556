import type { ClickIdKind } from './click-id.ts';
import { fitText, fitUri, uriOf } from './fitting.ts';
import type { SplitHost } from './host-name.ts';
import { parameterReader } from './landing-parameters.ts';
import type { LandingSettings } from './landing-settings.ts';
import {
  completeLeadSource,
  type LeadSource,
  type LeadSourceField,
  leadSourceFields,
} from './lead-source.ts';
import { type Arrival, arrivalReader, insideRule, referrerFacts } from './referrer.ts';
import type { SiteDirectory } from './site-directory.ts';
import { isDirect } from './touch.ts';
import { urlKeeper } from './url-policy.ts';
import { readAddress } from './web-address.ts';

/** What a browser or a server saw: the page's URL, and the page before it. Any text is accepted. */
export interface Landing {
  readonly url: string;
  readonly referrer: string | null;
}

/** What a landing says about where the visit came from. */
export type LandingReading =
  | {
      readonly kind: 'touch';
      readonly leadSource: LeadSource;
      /** The parameter that the click id came in; null where there is none. */
      readonly clickIdKind: ClickIdKind | null;
      readonly isDirect: boolean;
    }
  /** `internal`: the visit goes on, and nothing says that a new one began. */
  | { readonly kind: 'ignored'; readonly reason: 'internal' };

export type ReadLanding = (landing: Landing) => LandingReading;

interface Seen {
  readonly path: string;
  readonly referrer: string | null;
}

/**
 * Compiles settings into a reader of landings: campaign parameters take precedence over click ids, those over the referrer, and
 * a visit without any of them is direct. The reader never fails, whatever the texts are.
 */
export function landingReader(
  settings: LandingSettings,
  directory: SiteDirectory,
  splitHost: SplitHost,
): ReadLanding {
  const readFacts = parameterReader(settings);
  const readArrival = arrivalReader(insideRule(settings), directory, splitHost);
  const keepUrl = urlKeeper(settings.urlPolicy);
  return ({ url, referrer }) => {
    const page = readAddress(url.trim());
    const said = readFacts(page);
    const arrival = readArrival(referrer, page);
    if (arrival.kind === 'inside' && !said.saysAnything) return { kind: 'ignored', reason: 'internal' };
    const seen: Seen = {
      path: keepUrl(page),
      referrer: arrival.kind === 'outside' ? uriOf(keepUrl(arrival.address)) : null,
    };
    const fields =
      arrival.kind === 'outside' ? withArrival(said.fields, arrival, said.outranksReferrer) : said.fields;
    return touchOf(fields, seen, said.clickIdKind);
  };
}

type Fields = { readonly [Field in LeadSourceField]?: string };

function withArrival(
  fields: Fields,
  { address, site }: Extract<Arrival, { kind: 'outside' }>,
  outranked: boolean,
): Fields {
  const { source, medium, term } = referrerFacts(address, site);
  const withTerm = term === undefined || fields.term !== undefined ? fields : { ...fields, term };
  return outranked ? withTerm : { ...withTerm, source, medium };
}

function touchOf(fields: Fields, { path, referrer }: Seen, clickIdKind: ClickIdKind | null): LandingReading {
  const leadSource: { -readonly [Field in LeadSourceField]: LeadSource[Field] } = completeLeadSource(fields);
  leadSource.path = path === '' ? null : path;
  leadSource.referrer = referrer;
  for (const field of leadSourceFields) {
    const value = leadSource[field];
    if (value === null) continue;
    leadSource[field] = field === 'referrer' ? fitUri(field, value) : fitText(field, value);
  }
  return { kind: 'touch', leadSource, clickIdKind, isDirect: isDirect(leadSource) };
}
