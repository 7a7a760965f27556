import { expect, test } from 'vitest';
import { clientAddress } from '../../src/http/client-address.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['192.0.2.7:4711', '192.0.2.7'],
  ['2001:db8::1', '2001:db8::1'],
  ['[2001:db8::1]', '2001:db8::1'],
  ['[2001:db8::1]:4711', '2001:db8::1'],
  ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
  ['unknown', '127.0.0.1'],
  ['192.0.2.7:4711:1', '127.0.0.1'],
  ['', '127.0.0.1'],
])('%s is %s, for a proxy at 127.0.0.1', (ip, address) => {
  expect(clientAddress({ ip, socket: { remoteAddress: '127.0.0.1' } as never })).toBe(address);
});
