import { countryCodes, secondLevelLabels } from './lists/country-codes.ts';

/** What the public suffix list says of a host; null where it has no registrable domain, as an address has none. */
export interface HostName {
  /** The public suffix and the label before it: `example.co.uk`. */
  readonly registrable: string | null;
  /** The label before the public suffix: `example`. */
  readonly label: string | null;
}

/** Takes a host in lower case apart. Never fails. */
export type SplitHost = (host: string) => HostName;

/** Names that are longer are of no host, and looking them up label by label would take its time. */
export const longestHost = 253;

/** Whether the host, or one above it at the boundary of a label, is among the hosts. */
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
 * How many characters the top-level domain of the host has where lists may leave it open: that of a country, also a
 * divided one such as `co.uk`, or `com`. Zero for any other.
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
