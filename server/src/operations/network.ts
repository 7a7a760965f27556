import { BlockList, isIPv6 } from 'node:net';

/**
 * Makes a test of whether an address is in one of the networks; without networks, every address passes. Making it costs more
 * than using it.
 */
export function addressRule(networks: readonly string[]): (address: string) => boolean {
  if (networks.length === 0) return () => true;
  const allowed = new BlockList();
  for (const text of networks) {
    const [network = '', prefix] = text.split('/');
    const family = familyOf(network);
    if (prefix === undefined) allowed.addAddress(network, family);
    else allowed.addSubnet(network, Number(prefix), family);
  }
  return (address) => allowed.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv6(address) ? 'ipv6' : 'ipv4';
}
