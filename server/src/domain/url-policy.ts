import { campaignParameters, literalFields } from './campaign-parameter.ts';
import { adClickIds, defaultAffiliateParameters } from './click-id.ts';
import { registeredParameters } from './lists/registered-parameters.ts';
import { parameterName } from './url-parameter.ts';
import { readAddress, type WebAddress } from './web-address.ts';

export const queryPolicies = ['strip', 'allow-list', 'keep'] as const;

/** What is kept of a URL. */
export interface UrlPolicy {
  readonly query: (typeof queryPolicies)[number];
  /** The parameters that `allow-list` keeps. */
  readonly allowedParameters: readonly string[];
  /** The parameters whose values are never kept; `*` at both ends of a name stands for anything before and after. */
  readonly redactedParameters: readonly string[];
  /** Whether it also applies to lead sources that callers write, not only to captured ones. */
  readonly appliesToApi: boolean;
}

/** Registered parameters that identify a person or a device, or no campaign. */
const personalParameters = new Set([
  '_bta_c',
  '_ga',
  '_gl',
  'customid',
  'mc_eid',
  'sb_referer_host',
  'si',
  'sms_uph',
  'trk_contact',
]);

/** Campaign and click parameters. */
export const defaultAllowedParameters: readonly string[] = [
  ...new Set(
    [
      ...campaignParameters.filter(({ family }) => family !== 'plain').map(({ name }) => name),
      ...literalFields,
      ...defaultAffiliateParameters.map(({ name }) => name),
      ...adClickIds.map(({ kind }) => kind),
      ...registeredParameters,
      'gad_campaignid',
    ]
      .map((name) => name.toLowerCase())
      .filter((name) => !personalParameters.has(name)),
  ),
].sort();

/** Credentials, and what identifies a person. */
// biome-ignore format: a kind a line
const defaultRedactedParameters: readonly string[] = [
  '*token*', '*password*', '*passwd*', '*passphrase*', '*secret*', '*credential*', '*session*', '*signature*', '*api_key*', '*apikey*', '*api-key*', '*access_key*', '*oauth*', '*jwt*',
  'auth', 'authorization', 'auth_code', 'code', 'confirmation_code', 'invite_code', 'key', 'nonce', 'otp', 'pass', 'pin', 'pwd', 'reset_code', 'sid', 'sig', 'state', 'ticket', 'verification_code',
  '*email*', '*e-mail*', '*phone*', 'mail', 'mobile', 'tel', 'user', 'username', 'login',
  'name', 'firstname', 'first_name', 'lastname', 'last_name', 'fullname', 'full_name', 'address', 'birthday', 'birthdate', 'dob',
  '*iban*', 'card', 'cardnumber', 'card_number', 'cvc', 'cvv', 'ssn',
];

export const defaultUrlPolicy: UrlPolicy = {
  query: 'allow-list',
  allowedParameters: defaultAllowedParameters,
  redactedParameters: defaultRedactedParameters,
  appliesToApi: false,
};

/** Takes the place of what was removed. */
export const redacted = 'redacted';

/**
 * Compiles a policy into a function that gives what is kept of an address: never the userinfo, and never the value of a
 * redacted parameter. Of a fragment, `strip` and `allow-list` keep a route (`#/…`) with its query, `keep` anything.
 */
export function urlKeeper(policy: UrlPolicy): (address: WebAddress) => string {
  const isRedacted = nameRule(policy.redactedParameters);
  const isKept = keptRule(policy);
  const keepQuery = (query: string | null) => {
    const kept = query === null ? '' : keptParameters(query, isKept, isRedacted);
    return kept === '' ? '' : `?${kept}`;
  };
  const keepsAnchors = policy.query === 'keep';
  return (address) => {
    const { head, authority, path, query, fragment } = address;
    const kept = `${head}${authority}${path}${keepQuery(query)}`;
    return fragment === null || fragment === ''
      ? kept
      : `${kept}${keptFragment(fragment, keepQuery, keepsAnchors)}`;
  };
}

/** Applies a policy to a URL as text; what is not a URL is treated as a path. */
export function applyUrlPolicy(policy: UrlPolicy): (url: string) => string {
  const keep = urlKeeper(policy);
  return (url) => keep(readAddress(url));
}

function keptRule({ query, allowedParameters }: UrlPolicy): (name: string) => boolean {
  if (query === 'strip') return () => false;
  if (query === 'keep') return () => true;
  const allowed = new Set(allowedParameters.map((name) => name.toLowerCase()));
  return (name) => allowed.has(name);
}

/** Tests whether a name is among those written; `*part*` matches any name with that part. */
function nameRule(written: readonly string[]): (name: string) => boolean {
  const names = written.map((name) => name.toLowerCase());
  const parts = names.filter((name) => /^\*.+\*$/.test(name)).map((name) => name.slice(1, -1));
  const whole = new Set(names);
  return (name) => whole.has(name) || parts.some((part) => name.includes(part));
}

function keptParameters(
  query: string,
  isKept: (name: string) => boolean,
  isRedacted: (name: string) => boolean,
): string {
  let kept = '';
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=');
    const written = equals === -1 ? pair : pair.slice(0, equals);
    const name = parameterName(written);
    if (!isKept(name)) continue;
    const left = equals !== -1 && isRedacted(name) ? `${written}=${redacted}` : pair;
    kept = kept === '' ? left : `${kept}&${left}`;
  }
  return kept;
}

function keptFragment(fragment: string, keepQuery: (query: string) => string, keepsAnchors: boolean): string {
  const at = fragment.indexOf('?');
  const route = at === -1 ? fragment : fragment.slice(0, at);
  const query = at === -1 ? '' : keepQuery(fragment.slice(at + 1));
  // Some sign-in pages hand over a token as `#access_token=…`.
  const isQuery = route.includes('=');
  const keepsRoute = keepsAnchors || route.startsWith('/') || route.startsWith('!/');
  const keptRoute = isQuery ? keepQuery(route).slice(1) : keepsRoute ? route : '';
  const kept = `${keptRoute}${query}`;
  return kept === '' ? '' : `#${kept}`;
}
