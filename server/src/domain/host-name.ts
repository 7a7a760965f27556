import { countryCodes, secondLevelLabels } from './lists/country-codes.ts';

/** What the public suffix list says of a host; null where it has no registrable domain, such as an IP address. */
export interface HostName {
  /** The public suffix and the label before it: `example.co.uk`. */
  readonly registrable: string | null;
  /** The label before the public suffix: `example`. */
  readonly label: string | null;
}

/** Splits a host that is in lower case. Never fails. */
export type SplitHost = (host: string) => HostName;

/** No host name is longer, and looking one up label by label would take long. */
export const longestHost = 253;

/** Whether the host, or one of its parent domains, is among the hosts. */
export function isWithin(host: string, hosts: ReadonlySet<string>): boolean {
  if (host.length > longestHost) return false;
  for (let level: string | null = host; level !== null; level = parentHost(level)) {
    if (hosts.has(level)) return true;
  }
  return false;
}

/** The host without its leftmost label; null where it has no other. */
export function parentHost(host: string): string | null {
  const dot = host.indexOf('.');
  return dot === -1 ? null : host.slice(dot + 1);
}

/** The host without `www.`, as long as more than one label remains. */
export function withoutWww(host: string): string {
  return host.startsWith('www.') && host.indexOf('.', 4) !== -1 ? host.slice(4) : host;
}

/**
 * The length of the host's top-level domain where lists may leave it open: that of a country, including a divided one such as
 * `co.uk`, or `com`. Zero for any other.
 */
export function openSuffixLength(host: string): number {
  const last = host.lastIndexOf('.');
  const topLevel = host.slice(last + 1);
  if (last <= 0) return 0;
  if (!countryCodes.has(topLevel)) return topLevel === 'com' ? topLevel.length : 0;
  const second = host.lastIndexOf('.', last - 1);
  const isDivided = second > 0 && secondLevelLabels.has(host.slice(second + 1, last));
  return host.length - 1 - (isDivided ? second : last);
}
