import { describe, expect, test } from 'vitest';
import { addressRule } from '../../src/operations/network.ts';

describe('the networks of a key', () => {
  test.each([
    [[], '203.0.113.7', true],
    [[], '2001:db8::7', true],
    [['203.0.113.7'], '203.0.113.7', true],
    [['203.0.113.7'], '203.0.113.8', false],
    [['203.0.113.0/28'], '203.0.113.15', true],
    [['203.0.113.0/28'], '203.0.113.16', false],
    [['2001:db8::7'], '2001:db8::7', true],
    [['2001:db8::7'], '2001:DB8:0:0::0007', true],
    [['2001:db8::7'], '2001:db8::8', false],
    [['2001:db8:0:10::/60'], '2001:db8:0:1f:ffff::1', true],
    [['2001:db8:0:10::/60'], '2001:db8:0:20::1', false],
    [['203.0.113.0/24', '2001:db8::/32'], '2001:db8:ffff::1', true],
    [['203.0.113.0/24', '2001:db8::/32'], '203.0.113.255', true],
    [['0.0.0.0/0'], '2001:db8::7', false],
    [['::/0'], '2001:db8::7', true],
  ] as const)('%j: %s is in them: %s', (networks, address, isInThem) => {
    expect(addressRule(networks)(address)).toBe(isInThem);
  });
});
