import { describe, expect, test } from 'vitest';
import { adClickIds, defaultAffiliateParameters } from '../../src/domain/click-id.ts';
import {
  applyUrlPolicy,
  defaultAllowedParameters,
  defaultUrlPolicy,
  type UrlPolicy,
} from '../../src/domain/url-policy.ts';
import { touchOf } from '../support/landings.ts';

const kept = (query: UrlPolicy['query'], url: string) => applyUrlPolicy({ ...defaultUrlPolicy, query })(url);

describe('a URL that is kept', () => {
  test.each(['strip', 'allow-list', 'keep'] as const)('loses its userinfo under %s', (query) => {
    expect(kept(query, 'https://user:p@ss@shop.example:8080/a?')).toBe('https://shop.example:8080/a');
    expect(kept(query, 'https:\\\\user:pw@shop.example/')).toBe('https:\\\\shop.example/');
    expect(kept(query, 'https:user:pw@shop.example/')).toBe('https:shop.example/');
    expect(kept(query, '//user@shop.example/a@b')).toBe('//shop.example/a@b');
    expect(kept(query, 'android-app://user@com.example/x')).toBe('android-app://com.example/x');
  });

  test('loses its query under strip', () => {
    expect(kept('strip', 'https://shop.example/a?utm_source=s&x=1')).toBe('https://shop.example/a');
    expect(kept('strip', 'https://shop.example/#/a?utm_source=s')).toBe('https://shop.example/#/a');
    expect(kept('strip', 'https://shop.example/#access_token=x')).toBe('https://shop.example/');
    expect(kept('allow-list', 'https://shop.example/?gclid=a#access_token=x?gclid=b')).toBe(
      'https://shop.example/?gclid=a#?gclid=b',
    );
  });

  test('keeps campaign and click parameters under allow-list, as written and in their order', () => {
    const url = 'https://shop.example/a?x=1&UTM_Source=S%20x&gclid=G&y&via=v#/route?id=7&utm_term=t';
    expect(kept('allow-list', url)).toBe(
      'https://shop.example/a?UTM_Source=S%20x&gclid=G&via=v#/route?utm_term=t',
    );
    expect(kept('allow-list', 'https://shop.example/?id=7')).toBe('https://shop.example/');
    expect(kept('allow-list', 'https://shop.example/#section')).toBe('https://shop.example/');
  });

  test('keeps everything under keep, but what is redacted', () => {
    const url = 'https://shop.example/a?x=1&b&Access_Token=t&email=a@b.example&code=7&promo_code=P#section';
    expect(kept('keep', url)).toBe(
      'https://shop.example/a?x=1&b&Access_Token=redacted&email=redacted&code=redacted&promo_code=P#section',
    );
    expect(kept('keep', 'https://shop.example/#access_token=x&view=1')).toBe(
      'https://shop.example/#access_token=redacted&view=1',
    );
    expect(kept('keep', 'https://shop.example/#/in?%74oken=x')).toBe(
      'https://shop.example/#/in?%74oken=redacted',
    );
  });

  test.each([
    'token',
    'ID_TOKEN',
    'resetToken',
    'code',
    'password',
    'user[password]',
    'new-passwd',
    'email',
    'customerEmail',
    'api_key',
    'client_secret',
    'sessionid',
    'X-Amz-Signature',
    'sig',
    'otp',
    'phone',
    'username',
    'iban',
  ])('never keeps the value of %s', (name) => {
    expect(kept('keep', `https://shop.example/?a=1&${name}=secret`)).toBe(
      `https://shop.example/?a=1&${name}=redacted`,
    );
    const allowed = applyUrlPolicy({ ...defaultUrlPolicy, allowedParameters: [name] });
    expect(allowed(`https://shop.example/?${name}=hidden`)).not.toContain('hidden');
  });

  test('has a value with signs of equality as a whole, and a name without one as it is', () => {
    expect(kept('keep', 'https://shop.example/?token=a=b&x=1=2&token')).toBe(
      'https://shop.example/?token=redacted&x=1=2&token',
    );
    expect(kept('allow-list', 'https://shop.example/?gclid=a=b&utm_source')).toBe(
      'https://shop.example/?gclid=a=b&utm_source',
    );
  });

  test('keeps the route of a fragment, of either kind, and the query behind it', () => {
    expect(kept('allow-list', 'https://shop.example/#!/in?gclid=a?b&x=1')).toBe(
      'https://shop.example/#!/in?gclid=a?b',
    );
    expect(kept('allow-list', 'https://shop.example/#in!/')).toBe('https://shop.example/');
  });

  test('is redacted by whole names in any case, or by parts between two asterisks', () => {
    const own = applyUrlPolicy({
      ...defaultUrlPolicy,
      query: 'keep',
      redactedParameters: ['PIN', '*Ab*', 'x*y*', '*z*w'],
    });
    expect(own('https://shop.example/?pin=1&pins=1&cabd=1&xy=1&y=1&z=1&a=1&b=1')).toBe(
      'https://shop.example/?pin=redacted&pins=1&cabd=redacted&xy=1&y=1&z=1&a=1&b=1',
    );
  });

  test('has lists that an organization may change', () => {
    const own = applyUrlPolicy({
      query: 'allow-list',
      allowedParameters: ['Page'],
      appliesToApi: false,
      redactedParameters: ['*ag*'],
    });
    expect(own('https://shop.example/?page=2&utm_source=s')).toBe('https://shop.example/?page=redacted');
  });

  test.each([' ', '\t\n'])('loses its userinfo also behind space', (space) => {
    expect(kept('keep', `${space}https://ann:pw@shop.example/`)).toBe(`${space}https://shop.example/`);
    expect(kept('keep', `${space}//ann:pw@shop.example/`)).toBe(`${space}//shop.example/`);
  });

  test('a plus sign in a name is a space, as in a value', () => {
    const own = applyUrlPolicy({ ...defaultUrlPolicy, query: 'keep', redactedParameters: ['full name'] });
    const url = 'https://shop.example/?full+name=redacted&full%20name=redacted';
    expect(own('https://shop.example/?full+name=Ann&full%20name=Bob')).toBe(url);
  });

  test('is what touches carry as path and referrer', () => {
    const touch = touchOf(
      'https://u:p@shop.example/?utm_source=s&token=t',
      'https://a:b@blog.example/?token=t&x=1',
    );
    expect(touch.leadSource).toMatchObject({
      path: 'https://shop.example/?utm_source=s',
      referrer: 'https://blog.example/',
    });
  });
});

describe('the default allow-list', () => {
  test('has every parameter that landings are read for', () => {
    const read = [
      ...defaultAffiliateParameters.map(({ name }) => name),
      ...adClickIds.map(({ kind }) => kind),
    ];
    const missing = read.filter((name) => !defaultAllowedParameters.includes(name.toLowerCase()));
    // It is the number of a mail's reader, not of a click.
    expect(missing).toEqual(['mc_eid']);
  });

  test('has the campaign parameters whose names are used for nothing else, and fields by their names', () => {
    const names = [
      'utm_source',
      'utm_medium',
      'utm_campaign',
      'utm_term',
      'utm_content',
      'affiliate',
      'salesagent',
    ];
    expect(names.filter((name) => !defaultAllowedParameters.includes(name))).toEqual([]);
    expect(['source', 'ref'].filter((name) => defaultAllowedParameters.includes(name))).toEqual([]);
  });

  test('is redacted nowhere', () => {
    const url = `https://shop.example/?${defaultAllowedParameters.map((name) => `${name}=1`).join('&')}`;
    expect(kept('allow-list', url)).toBe(url);
  });
});
