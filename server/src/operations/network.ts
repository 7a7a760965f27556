import { BlockList, isIPv6 } from 'node:net';

/** Tells whether an address is in one of the networks; where there are none, any is. Making it takes longer than asking it. */
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
