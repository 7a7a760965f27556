import { isIP } from 'node:net';
import { describe, expect, test } from 'vitest';
import { isNetwork } from '../../src/domain/network.ts';

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
