import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readAddress } from '../../src/domain/web-address.ts';
import { webUrl } from '../support/any-text.ts';
import { countOf } from '../support/counts.ts';

test.each([
  ['https://User:pw@Shop.Example:8080/a/b?x=1#y', 'https', 'shop.example', '/a/b', 'x=1', 'y'],
  ['HTTP://shop.example.', 'http', 'shop.example', '', null, null],
  ['https:shop.example/a', 'https', 'shop.example', '/a', null, null],
  ['https:\\\\shop.example\\a', 'https', 'shop.example', '\\a', null, null],
  ['//shop.example/a', '', 'shop.example', '/a', null, null],
  ['https://[2001:DB8::1]:443/?', 'https', '[2001:db8::1]', '/', '', null],
  ['android-app://com.example/x', 'android-app', 'com.example', '/x', null, null],
  ['https://a@b@shop.example', 'https', 'shop.example', '', null, null],
  ['https://shop.example?a=@b', 'https', 'shop.example', '', 'a=@b', null],
  ['https://shop.example#?a', 'https', 'shop.example', '', null, '?a'],
  ['/landing?x', '', '', '/landing', 'x', null],
  ['mailto:me@shop.example', 'mailto', '', 'mailto:me@shop.example', null, null],
  ['', '', '', '', null, null],
])('%j is taken apart', (text, scheme, host, path, query, fragment) => {
  expect(readAddress(text)).toMatchObject({ scheme, host, path, query, fragment });
});

test('the parts are the text again, without its userinfo', () => {
  const unit = fc.constantFrom(...'ab:/\\?#@[].', 'http:', '//', 'é', '\u{D800}');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 20 }), (text) => {
      const { head, authority, path, query, fragment } = readAddress(text);
      const again = [
        head,
        authority,
        path,
        query === null ? '' : `?${query}`,
        fragment === null ? '' : `#${fragment}`,
      ];
      const beforeUserinfo = text.slice(0, head.length);
      const rest = text.slice(text.length - (again.join('').length - head.length));
      expect(again.join('')).toBe(beforeUserinfo + rest);
      expect(authority).not.toContain('@');
    }),
    { numRuns: countOf(20_000) },
  );
});

test('the host is the one that browsers read', () => {
  fc.assert(
    fc.property(webUrl(), (url) => {
      expect(readAddress(url).host).toBe(new URL(url).hostname.replace(/\.$/, ''));
    }),
    { numRuns: countOf(10_000) },
  );
});
