import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isNetwork, isNetworkWithin } from '../../src/domain/network.ts';
import { addressRule } from '../../src/operations/network.ts';

describe('a network', () => {
  test.each(['10.0.0.0/8', '192.0.2.7', '0.0.0.0/0', '::/0', '2001:db8::/32', '::1/128', '::ffff:192.0.2.1'])(
    'is %s',
    (text) => expect(isNetwork(text)).toBe(true),
  );

  test.each([
    ...['', '/', '/8', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/08', '10.0.0.0/-1', '10.0.0.0/8/8', '10.0.0/8'],
    ...['fe80::1%eth0', 'fe80::1%eth0/64', '::1/129', '[::1]', '010.0.0.1', ' 10.0.0.1', 'localhost'],
  ])('is not %j', (text) => expect(isNetwork(text)).toBe(false));

  test.each([
    ...['1::', '::', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7::', '::2:3:4:5:6:7:8', '1::8', 'A:b::C', '::1.2.3.4'],
    ...[
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1::2::3',
      '12345::',
      '1.2.3.4::',
      ':1',
      '1:',
      ':::',
      '::1.2.3',
    ],
  ])('is the address %s just where the platform takes it for one', (text) => {
    expect(isNetwork(text)).toBe(isIP(text) !== 0);
  });
});

describe('a network is within another', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1', '192.0.2.0/24'],
    ['192.0.2.128/25', '192.0.2.7/24'],
    ['10.0.0.0/8', '0.0.0.0/0'],
    ['2001:db8:0:1::/64', '2001:DB8::/32'],
    ['::1', '0:0:0:0:0:0:0:1/128'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6::/96'],
    ['::2:3', '::2:0/112'],
    ['::ffff:192.0.2.1', '192.0.2.0/24'],
    ['192.0.2.0/24', '::ffff:0:0/96'],
    ['192.0.2.0/24', '::/0'],
  ])('%s in %s', (inner, outer) => expect(isNetworkWithin(inner, outer)).toBe(true));

  test.each([
    ['192.0.2.0/24', '192.0.2.0/25'],
    ['192.0.2.1', '192.0.2.2'],
    ['192.0.3.0/24', '192.0.2.0/24'],
    ['0.0.0.0/0', '0.0.0.0/1'],
    ['::/0', '0.0.0.0/0'],
    ['::ffff:0:0/95', '0.0.0.0/0'],
    ['192.0.2.1', '2001:db8::/32'],
    ['2001:db9::', '2001:db8::/32'],
    ['1::2:3', '1:2:3::/48'],
  ])('but not %s in %s', (inner, outer) => expect(isNetworkWithin(inner, outer)).toBe(false));

  test('just where every address of it is allowed by the other', () => {
    const [octet, prefix] = [fc.constantFrom(0, 1, 127, 128, 255), fc.integer({ min: 0, max: 32 })];
    const ipv4 = fc
      .tuple(fc.tuple(octet, octet, octet, octet), prefix)
      .map(([a, p]) => `${a.join('.')}/${p}`);
    fc.assert(
      fc.property(ipv4, ipv4, (inner, outer) => {
        const [address = '', length] = inner.split('/');
        const isShorter = Number(outer.split('/')[1]) <= Number(length);
        expect(isNetworkWithin(inner, outer)).toBe(isShorter && addressRule([outer])(address));
      }),
    );
  });
});
