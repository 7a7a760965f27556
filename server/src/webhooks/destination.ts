import { isIP } from 'node:net';
import type { AddressVerdict, JudgeAddress } from './address.ts';

/** Where a URL leads, as far as its text tells. */
export interface Destination {
  readonly url: URL;
  readonly isEncrypted: boolean;
  /** A name or an IP address without brackets, spelled as URL parsers normalize it, without a dot at its end. */
  readonly host: string;
  readonly port: number;
}

export interface DestinationRules {
  readonly judge: JudgeAddress;
  /** Whether there is any network to which unencrypted requests may go. */
  readonly allowsNetworks: boolean;
}

/** Services on lower ports might take a request for commands of their own. */
const lowestFreePort = 1024;
const webPorts = [80, 443];
const localhost = /(?:^|\.)localhost$/;

/**
 * What is wrong with a text as the URL of a webhook, worded to follow "url"; null if nothing is. Names are resolved, and their
 * addresses judged, only when a connection is made.
 */
export function faultOfUrl(text: string, { judge, allowsNetworks }: DestinationRules): string | null {
  const destination = destinationOf(text);
  if (destination === null)
    return 'must be an absolute https URL in ASCII, without user, password and fragment';
  const { host, port, isEncrypted } = destination;
  if (!isEncrypted && !allowsNetworks) return 'must be an https URL';
  if (port < lowestFreePort && !webPorts.includes(port))
    return 'must have the port 80, 443 or one from 1024 on';
  if (isIP(host) === 0 && !localhost.test(host)) return null;
  const addresses = isIP(host) === 0 ? ['127.0.0.1', '::1'] : [host];
  if (addresses.some((address) => isPermitted(judge(address), isEncrypted))) return null;
  return isEncrypted
    ? 'must not lead to a private, local or reserved address'
    : 'must be an https URL, or lead into a network that the operator allows';
}

/** Unencrypted requests may go only into networks that the operator allows. */
export function isPermitted(verdict: AddressVerdict, isEncrypted: boolean): boolean {
  return verdict === 'allowed' || (verdict === 'public' && isEncrypted);
}

/** A URL with a host, but without user, password or fragment. */
const plainWebUrl = /^https?:\/\/[^/?#@]+(?:[/?][^#]*)?$/i;
/** No character that URL parsers drop or convert silently, such as a backslash or a space, so that all of them read the same. */
const unambiguous = /^[\x21-\x5b\x5d-\x7e]+$/;

/** Null unless the text is a plain http or https URL. */
export function destinationOf(text: string): Destination | null {
  const url = plainWebUrl.test(text) && unambiguous.test(text) ? URL.parse(text) : null;
  if (url === null) return null;
  const isEncrypted = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (host === '' || host.endsWith('.')) return null;
  const port = url.port === '' ? (isEncrypted ? 443 : 80) : Number(url.port);
  return { url, isEncrypted, host, port };
}
