import { countFaults, fault, isObject, isOneOf, textFaults } from './body-faults.ts';
import { optionalFamilies } from './campaign-parameter.ts';
import type { InvalidField } from './failure.ts';
import { longestHost } from './host-name.ts';
import { queryPolicies } from './url-policy.ts';

export const landingSettingLimits = {
  hosts: 1000,
  affiliateParameters: 100,
  /** Of allowed ones, and of redacted ones. */
  parameters: 1000,
  /** In code points. */
  parameterLength: 64,
} as const;

/** All faults of what should be settings of landings. Members may be absent or null. */
export function landingSettingFaults(candidate: unknown): readonly InvalidField[] {
  if (!isObject(candidate)) return [fault('', 'must be an object')];
  const { ownHosts, excludedHosts, parameterFamilies, affiliateParameters, urlPolicy } = candidate;
  return [
    ...listFaults('ownHosts', ownHosts, landingSettingLimits.hosts, hostFaults),
    ...listFaults('excludedHosts', excludedHosts, landingSettingLimits.hosts, hostFaults),
    ...listFaults('parameterFamilies', parameterFamilies, optionalFamilies.length, familyFaults),
    ...listFaults(
      'affiliateParameters',
      affiliateParameters,
      landingSettingLimits.affiliateParameters,
      affiliateParameterFaults,
    ),
    ...urlPolicyFaults('urlPolicy', urlPolicy ?? {}),
  ];
}

type FaultsOf = (path: string, value: unknown) => readonly InvalidField[];

function listFaults(path: string, value: unknown, most: number, faultsOf: FaultsOf): readonly InvalidField[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [fault(path, 'must be an array')];
  const ofItems = value.slice(0, most).flatMap((item, place) => faultsOf(`${path}.${place}`, item));
  return [...countFaults(path, value, 0, most), ...ofItems];
}

const label = '(?!-)[a-z\\d_-]{1,63}(?<!-)';
const hostName = new RegExp(`^${label}(?:\\.${label})+$`, 'i');

/** A single label would stand for everything below it: a whole top-level domain. */
function hostFaults(path: string, value: unknown): readonly InvalidField[] {
  const isHost = typeof value === 'string' && value.length <= longestHost && hostName.test(value);
  return isHost
    ? []
    : [fault(path, 'must be a host such as shop.example.com, in ASCII, without scheme, port and path')];
}

function familyFaults(path: string, value: unknown): readonly InvalidField[] {
  return isOneOf(optionalFamilies, value)
    ? []
    : [fault(path, `must be one of ${optionalFamilies.join(', ')}`)];
}

function affiliateParameterFaults(path: string, value: unknown): readonly InvalidField[] {
  if (!isObject(value)) return [fault(path, 'must be an object')];
  const { name, field } = value;
  const isField = field === 'affiliate' || field === 'clickId';
  return [
    ...parameterFaults(`${path}.name`, name),
    ...(isField ? [] : [fault(`${path}.field`, 'must be one of affiliate, clickId')]),
  ];
}

function urlPolicyFaults(path: string, value: unknown): readonly InvalidField[] {
  if (!isObject(value)) return [fault(path, 'must be an object')];
  const { query, allowedParameters, redactedParameters, appliesToApi = null } = value;
  const isQuery = query === undefined || query === null || isOneOf(queryPolicies, query);
  const isFlag = appliesToApi === null || typeof appliesToApi === 'boolean';
  const { parameters } = landingSettingLimits;
  return [
    ...(isFlag ? [] : [fault(`${path}.appliesToApi`, 'must be true or false')]),
    ...(isQuery ? [] : [fault(`${path}.query`, `must be one of ${queryPolicies.join(', ')}`)]),
    ...listFaults(`${path}.allowedParameters`, allowedParameters, parameters, parameterFaults),
    ...listFaults(`${path}.redactedParameters`, redactedParameters, parameters, parameterFaults),
  ];
}

function parameterFaults(path: string, value: unknown): readonly InvalidField[] {
  return textFaults(path, value, landingSettingLimits.parameterLength);
}
