import { expect, test } from 'vitest';
import { withoutWww } from '../../src/domain/host-name.ts';

test.each([
  ['www.shop.example', 'shop.example'],
  ['www.a.b.example', 'a.b.example'],
  ['www.x.example', 'x.example'],
  ['www.example', 'www.example'],
  ['www', 'www'],
  ['wwwx.example', 'wwwx.example'],
  ['shop.www.example', 'shop.www.example'],
])('without www. %s is %s', (host, bare) => {
  expect(withoutWww(host)).toBe(bare);
});
