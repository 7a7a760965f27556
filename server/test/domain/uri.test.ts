import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isReferrer, isWebOrigin, referrerHost } from '../../src/domain/uri.ts';
import { growthOf, linearGrowth } from '../support/growth.ts';

const accepted = [
  'http://example.com',
  'https://example.com/',
  'HTTPS://EXAMPLE.com/Path',
  'android-app://com.google.android.gm/',
  'Android-App://com.example',
  'ios-app://324684580/spotify/album',
  'https://user:pass@example.com/',
  'https://user:p%40ss:word@example.com/',
  'https://@example.com/',
  'https://example.com:8443/',
  'https://example.com:99999/',
  'https://example.com:00000000000000000000080/',
  'https://example.com:/',
  'https://example.com?q=1',
  'https://example.com#top',
  'https://example.com/a?b=c/?d&e=%20#f?g/h',
  "https://example.com/-._~!$&'()*+,;=:@//",
  'https://example.com/?gclid=Cj0KCQ&token=eyJh.e30.x',
  'https://ex%41mple.com/',
  'https://a_b.example/',
  'https://999.999.999.999/',
  'https://example.com./',
  'https://[::1]/',
  'https://[::]:80',
  'https://[2001:db8::8a2e:370:7334]:8080/x',
  'https://[1:2:3:4:5:6:7:8]/',
  'https://[1:2:3:4:5:6:7::]/',
  'https://[::2:3:4:5:6:7:8]/',
  'https://[1:2:3:4:5:6:1.2.3.4]/',
  'https://[::ffff:192.0.2.255]/',
  'https://[ABCD::ef]/',
  'https://[ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255]/',
  'https://[v1.fe80::a+en1]/',
  'https://[V7F.x]/',
  'https://u@[::1]:1/',
];

const refused = [
  '',
  ' ',
  'example.com',
  '/path',
  '?q',
  '//example.com/x',
  'http:',
  'http:/example.com',
  'http:example.com',
  'http://',
  'http:///path',
  'http://?q',
  'http://#f',
  'http://:80/',
  'http://user@/',
  'http://user@:80/',
  'ftp://example.com/',
  'javascript:alert(1)',
  'javascript://example.com/%0aalert(1)',
  'data:text/html,x',
  'file:///etc/passwd',
  'file://host/x',
  'blob:https://example.com/1',
  'xhttp://example.com',
  'http\u017f://example.com',
  ' https://example.com/',
  'https://example.com/ ',
  'https://example.com/\n',
  'https://example.com/a b',
  'https://example.com/\t',
  'https://example.com/\u0000',
  'https://example.com/é',
  'https://exämple.com/',
  'https://example.com/\ud83d\ude00',
  'https://example.com/\ud800',
  ...Array.from('<>"{}|\\^`[]', (character) => `https://example.com/${character}`),
  ...Array.from('<>"{}|\\^`[]', (character) => `https://example.com/?${character}`),
  'https://example.com/#a#b',
  'https://example.com/%',
  'https://example.com/%z',
  'https://example.com/%zz',
  'https://example.com/%4',
  'https://example.com/?%4g',
  'https://%zz.example/',
  'https://a%b@example.com/',
  'https://a@b@example.com/',
  'https://a[b@example.com/',
  'https://exa[mple.com/',
  'https://example.com]/',
  'https://example.com:80a/',
  'https://example.com:80:80/',
  'https://example.com:-1/',
  'https://::1/',
  'https://[]/',
  'https://[::1/',
  'https://[::1]x/',
  'https://x[::1]/',
  'https://[[::1]]/',
  'https://[:::]/',
  'https://[1::2::3]/',
  'https://[1:2:3:4:5:6:7]/',
  'https://[1:2:3:4:5:6:7:8:9]/',
  'https://[1:2:3:4::5:6:7:8]/',
  'https://[1:2:3:4:5:6:7:8::]/',
  'https://[:1]/',
  'https://[1:]/',
  'https://[12345::]/',
  'https://[g::]/',
  'https://[::1.2.3]/',
  'https://[::1.2.3.256]/',
  'https://[::1.2.3.04]/',
  'https://[1.2.3.4::]/',
  'https://[1.2.3.4]/',
  'https://[fe80::1%25eth0]/',
  'https://[v.x]/',
  'https://[v1.]/',
  'https://[vg.x]/',
];

describe('a referrer', () => {
  test.each(accepted)('is accepted: %s', (text) => {
    expect(isReferrer(text)).toBe(true);
  });

  test.each(refused)('is refused: %j', (text) => {
    expect(isReferrer(text)).toBe(false);
  });

  test.each<[(size: number) => string]>([
    [(size) => `${'a'.repeat(size)}!`],
    [(size) => `https://${'a'.repeat(size)}^`],
    [(size) => `https://${'a@'.repeat(size / 2)}`],
    [(size) => `https://${'%41'.repeat(size / 3)}%`],
    [(size) => `https://example.com/${'%41/'.repeat(size / 4)}|`],
    [(size) => `https://example.com/${'?'.repeat(size)}#${'#'.repeat(size)}`],
    [(size) => `https://[${':'.repeat(size)}]/`],
    [(size) => `https://[${'1:'.repeat(size / 2)}]/`],
    [(size) => `https://[v1.${':'.repeat(size)}`],
    [(size) => `https://${']'.repeat(size)}:`],
    [(size) => `https://h${':'.repeat(size)}`],
  ])('is judged in time that grows with its length: %s', (write) => {
    const judge = (text: string) => expect(isReferrer(text)).toBe(false);
    expect(growthOf(48 * 1024, write, judge)).toBeLessThan(linearGrowth);
  });

  test('is accepted however its path, query and fragment are filled with allowed characters', () => {
    const allowed = fc.string({
      unit: fc.constantFrom(..."abcXYZ019-._~!$&'()*+,;=:@/", '%2F', '%e2'),
      maxLength: 50,
    });
    fc.assert(
      fc.property(allowed, allowed, allowed, (path, query, fragment) => {
        expect(isReferrer(`https://example.com/${path}?${query}#${fragment}`)).toBe(true);
      }),
    );
  });

  test('has the host that a browser reads in it', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (text) => {
        fc.pre(URL.canParse(text) && /^[\x21-\x7e]*$/.test(text) && !/[[\]{}|\\^`<>"]/.test(text));
        expect(isReferrer(text)).toBe(true);
        expect(referrerHost(text)).toBe(new URL(text).hostname);
      }),
    );
  });
});

describe("a referrer's host", () => {
  test.each([
    ['https://WWW.Example.COM/Path', 'www.example.com'],
    ['https://user:pass@example.com:8443/x@y:z', 'example.com'],
    ['https://example.com?x=@evil.example', 'example.com'],
    ['https://example.com#@evil.example', 'example.com'],
    ['https://a:b@[2001:DB8::1]:443/', '[2001:db8::1]'],
    ['https://[::1]', '[::1]'],
    ['android-app://com.Google.android.gm/https/x', 'com.google.android.gm'],
    ['https://example.com:', 'example.com'],
    ['not a uri', ''],
  ])('of %s is %s', (referrer, host) => {
    expect(referrerHost(referrer)).toBe(host);
  });
});

describe('a web origin', () => {
  test.each([
    'https://example.com',
    'http://localhost:3000',
    'https://[2001:db8::1]',
    'https://xn--bcher-kva.example',
  ])('is %s, as a browser sends it', (text) => expect(isWebOrigin(text)).toBe(true));

  test.each([
    ...['https://example.com/', 'https://example.com/path', 'https://Example.com', 'HTTPS://example.com'],
    ...[
      'https://example.com:443',
      'http://example.com:80',
      'https://a@example.com',
      'https://bücher.example',
    ],
    ...['https://example.com?', 'https://example.com#', 'https:example.com', 'https://127.1', 'https://'],
    ...['example.com', 'null', '*', '', 'file://', 'ftp://example.com', ' https://example.com'],
  ])('is not %j, which no browser sends', (text) => expect(isWebOrigin(text)).toBe(false));
});
