import { parse } from 'tldts';
import type { HostName } from '../domain/host-name.ts';

/**
 * Splits a host in lower case by the public suffix list, including its private section: shops on one platform are sites of
 * their own. The list comes with the package. Never fails.
 */
export function splitHost(host: string): HostName {
  const { domain, domainWithoutSuffix } = parse(host, options);
  return { registrable: domain, label: domainWithoutSuffix };
}

const options = { allowPrivateDomains: true, extractHostname: false, validateHostname: false };
