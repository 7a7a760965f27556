import { isIpv4Address, isIpv6Address } from './uri.ts';

/** Whether the text is an IP address without a zone, or a network in CIDR notation such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...others] = text.split('/');
  const isIpv4 = isIpv4Address(address);
  if (others.length > 0 || !(isIpv4 || isIpv6Address(address))) return false;
  if (prefix === undefined) return true;
  return /^(?:0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= (isIpv4 ? 32 : 128);
}
