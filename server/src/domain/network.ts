import { isIpv4Address, isIpv6Address } from './uri.ts';

/** Whether the text is an IP address without a zone, or a network in CIDR notation such as `10.0.0.0/8`. */
export function isNetwork(text: string): boolean {
  const [address = '', prefix, ...others] = text.split('/');
  const isIpv4 = isIpv4Address(address);
  if (others.length > 0 || !(isIpv4 || isIpv6Address(address))) return false;
  if (prefix === undefined) return true;
  return /^(?:0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= (isIpv4 ? 32 : 128);
}

/** Whether every address of one network is in the other; both must be networks. An IPv4 address is also its mapped IPv6 one. */
export function isNetworkWithin(inner: string, outer: string): boolean {
  return commonBits(inner).startsWith(commonBits(outer));
}

const mappedIpv4 = '0'.repeat(80) + '1'.repeat(16);

/** The bits that all addresses of a network begin with. */
function commonBits(network: string): string {
  const [address = '', prefix] = network.split('/');
  const bits = isIpv4Address(address) ? mappedIpv4 + ipv4Bits(address) : ipv6Bits(address);
  const ownBits = isIpv4Address(address) ? 32 : 128;
  return bits.slice(0, 128 - ownBits + Number(prefix ?? ownBits));
}

function ipv4Bits(address: string): string {
  return address
    .split('.')
    .map((octet) => bitsOf(Number(octet), 8))
    .join('');
}

function ipv6Bits(address: string): string {
  const [start = '', end] = address.split('::').map(groupsBits);
  return end === undefined ? start : start.padEnd(128 - end.length, '0') + end;
}

function groupsBits(groups: string): string {
  if (groups === '') return '';
  const bitsOfGroup = (group: string) =>
    group.includes('.') ? ipv4Bits(group) : bitsOf(Number.parseInt(group, 16), 16);
  return groups.split(':').map(bitsOfGroup).join('');
}

function bitsOf(number: number, count: number): string {
  return number.toString(2).padStart(count, '0');
}
