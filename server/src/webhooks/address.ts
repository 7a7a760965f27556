import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Deliveries may go to public addresses, and to others only where the operator allows their network. */
export type AddressVerdict = 'public' | 'allowed' | 'denied';
export type JudgeAddress = (address: string) => AddressVerdict;

export interface AddressOptions {
  /** Addresses and CIDR networks that the operator allows, whatever kind they are. */
  readonly allowedNetworks: readonly string[];
  /** The addresses of this machine, which are denied even if they are public. */
  readonly ownAddresses: () => readonly string[];
}

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Judges the addresses that a connection would go to. Anything that is not an IP address, or has a zone, is denied. */
export function createAddressJudge({ allowedNetworks, ownAddresses }: AddressOptions): JudgeAddress {
  const networks = allowedNetworks.map(networkOf);
  return (text) => {
    const address = addressOf(text);
    if (address === null) return 'denied';
    if (networks.some((network) => contains(network, address))) return 'allowed';
    const own = ownAddresses().map(addressOf);
    const isOwn = own.some((each) => each?.toNormalizedString() === address.toNormalizedString());
    return isPublic(address) && !isOwn ? 'public' : 'denied';
  };
}

/** An IPv4 address written as IPv6 counts as IPv4, since it leads to the same host. */
function addressOf(text: string): Address | null {
  return isIP(text) === 0 || text.includes('%') ? null : ipaddr.process(text);
}

/** The part of IPv6 that is allocated for public use; special ranges inside it are excluded by `range()`. */
const globalUnicast: readonly [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || address.match([...globalUnicast]);
}

interface Network {
  readonly address: Address;
  readonly prefix: number;
}

function networkOf(text: string): Network {
  const [written = '', prefix] = text.split('/');
  const address = ipaddr.parse(written);
  const whole = address instanceof ipaddr.IPv4 ? 32 : 128;
  return { address, prefix: prefix === undefined ? whole : Number(prefix) };
}

function contains({ address: network, prefix }: Network, address: Address): boolean {
  if (network instanceof ipaddr.IPv4) return address instanceof ipaddr.IPv4 && address.match(network, prefix);
  return address instanceof ipaddr.IPv6 && address.match(network, prefix);
}
