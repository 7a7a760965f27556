import { isObject } from '../domain/body-faults.ts';
import { invalid } from '../domain/failure.ts';
import { isOrganizationId } from '../domain/organization.ts';
import { readAll } from '../domain/read-all.ts';
import {
  defaultClaimNames,
  isTokenAlgorithm,
  type TokenAlgorithm,
  type TokenClaimNames,
  type TokenIssuer,
  tokenAlgorithms,
} from '../domain/token.ts';
import { isLoopback, isVisibleText, parseWebUrl } from './setting-values.ts';

/**
 * The outside issuers that a JSON array describes. Fails with `invalid`, naming the place of every fault, such as
 * `[0].jwksUrl`, but never its value.
 */
export function readTokenIssuers(text: string): readonly TokenIssuer[] {
  const described = parseJson(text);
  if (!Array.isArray(described)) throw invalid('', 'must be a JSON array of issuers');
  const issuers = readAll<TokenIssuer[]>(
    described.map((issuer: unknown, index) => () => readIssuer(issuer, `[${index}]`)),
  );
  const names = issuers.map(({ issuer }) => issuer);
  const repeated = names.findIndex((name, index) => names.indexOf(name) < index);
  if (repeated !== -1) throw invalid(`[${repeated}].issuer`, 'must differ from the issuers before it');
  return issuers;
}

function readIssuer(described: unknown, place: string): TokenIssuer {
  const members = readMembers(described, place, [
    'issuer',
    'audience',
    'algorithms',
    'jwksUrl',
    'claims',
    'organizationIds',
  ]);
  const [issuer, audience, algorithms, jwksUrl, claims, organizationIds] = readAll([
    () => readName(members['issuer'], `${place}.issuer`),
    () => readName(members['audience'], `${place}.audience`),
    () => readAlgorithms(members['algorithms'], `${place}.algorithms`),
    () => readJwksUrl(members['jwksUrl'], `${place}.jwksUrl`),
    () => readClaimNames(members['claims'], `${place}.claims`),
    () => readOrganizationIds(members['organizationIds'], `${place}.organizationIds`),
  ]);
  return { issuer, audience, algorithms, jwksUrl, claims, organizationIds };
}

function readClaimNames(described: unknown, place: string): TokenClaimNames {
  if (described === undefined) return defaultClaimNames;
  const { organizationId, permissions } = {
    ...defaultClaimNames,
    ...readMembers(described, place, claimMembers),
  };
  const names = readAll([
    () => readName(organizationId, `${place}.organizationId`),
    () => readName(permissions, `${place}.permissions`),
  ]);
  return { organizationId: names[0], permissions: names[1] };
}

const claimMembers = Object.keys(defaultClaimNames);

/** An object's members. Unknown ones are refused: one may be the misspelt name of a restriction. */
function readMembers(
  described: unknown,
  place: string,
  known: readonly string[],
): Readonly<Record<string, unknown>> {
  if (!isObject(described)) throw invalid(place, 'must be an object');
  if (Object.keys(described).every((member) => known.includes(member))) return { ...described };
  throw invalid(place, `must have no other members than ${known.join(', ')}`);
}

function readName(value: unknown, place: string): string {
  if (typeof value === 'string' && isVisibleText(value)) return value;
  throw invalid(place, 'must be a text of 1 to 512 visible ASCII characters');
}

function readAlgorithms(value: unknown, place: string): readonly TokenAlgorithm[] {
  const algorithms = readTexts(value).filter(isTokenAlgorithm);
  if (algorithms.length > 0 && algorithms.length === lengthOf(value)) return algorithms;
  throw invalid(place, `must be an array of at least one of ${tokenAlgorithms.join(', ')}`);
}

function readOrganizationIds(value: unknown, place: string): readonly string[] {
  if (value === undefined) return [];
  const ids = readTexts(value).filter(isOrganizationId);
  // An empty array would read as "none" to its writer and as "any" to the service.
  if (ids.length > 0 && ids.length === lengthOf(value)) return ids;
  throw invalid(place, 'must be an array of at least one organization id, or be left out for all');
}

function readTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 0;
}

function readJwksUrl(value: unknown, place: string): string {
  const url = typeof value === 'string' ? parseWebUrl(value) : null;
  if (url !== null && url.hash === '' && (url.protocol === 'https:' || isLoopback(url.hostname)))
    return url.href;
  throw invalid(place, 'must be an https URL (http only for a loopback host), without user and fragment');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's own message would quote the text.
    throw invalid('', 'must be JSON');
  }
}
