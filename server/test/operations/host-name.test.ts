import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitHost } from '../../src/operations/host-name.ts';
import { anyText } from '../support/any-text.ts';
import { countOf } from '../support/counts.ts';

test.each([
  ['www.shop.example', 'shop.example', 'shop'],
  ['a.b.acme.co.uk', 'acme.co.uk', 'acme'],
  ['alice.myshopify.com', 'alice.myshopify.com', 'alice'],
  ['co.uk', null, null],
  ['localhost', null, null],
  ['192.0.2.1', null, null],
  ['[2001:db8::1]', null, null],
  ['', null, null],
])('%s has the registrable domain %s', (host, registrable, label) => {
  const name = splitHost(host);
  expect(name.registrable).toBe(registrable);
  expect(name.label || null).toBe(label);
});

test('the dot of the root does not matter', () => {
  expect(splitHost('www.shop.example.').registrable).toBe('shop.example');
});

test('any text is taken apart', () => {
  fc.assert(
    fc.property(anyText(60), (text) => {
      const { registrable } = splitHost(text);
      expect(registrable === null || text.replace(/\.$/, '').endsWith(registrable)).toBe(true);
    }),
    { numRuns: countOf(10_000) },
  );
});
