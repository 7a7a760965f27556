import { parse } from 'tldts';
import type { HostName } from '../domain/host-name.ts';

/**
 * Takes a host in lower case apart by the public suffix list, the part for private registries included: shops on one
 * platform are sites of their own. The list comes with the package. Never fails.
 */
export function splitHost(host: string): HostName {
  const { domain, domainWithoutSuffix } = parse(host, options);
  return { registrable: domain, label: domainWithoutSuffix };
}

const options = { allowPrivateDomains: true, extractHostname: false, validateHostname: false };
