import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { truncatedFields } from '../../src/domain/fitting.ts';
import { leadSourceFields, leadSourceLimits } from '../../src/domain/lead-source.ts';
import { isReferrer } from '../../src/domain/uri.ts';
import { anyText, webUrl } from '../support/any-text.ts';
import { countOf } from '../support/counts.ts';
import { growthOf, linearGrowth } from '../support/growth.ts';
import { factsOf, landedChannelOf, page, readerWith, touchOf } from '../support/landings.ts';

const google = 'https://www.google.com/';

test('space around a URL is no part of it, and where nothing is left there is no page', () => {
  const { leadSource } = touchOf(`\n ${page}?utm_source=a \n`, ' https://other.example/b ');
  const [path, referrer] = [`${page}?utm_source=a`, 'https://other.example/b'];
  expect(leadSource).toMatchObject({ source: 'a', path, referrer });
  expect(touchOf(' ').leadSource.path).toBeNull();
});

test('a click id is of the kind of the parameter that it is taken from, beside others too', () => {
  const kindOf = (query: string) => {
    const { leadSource, clickIdKind } = touchOf(`${page}?${query}`);
    return [leadSource.clickId, clickIdKind];
  };
  expect(kindOf('gclid=a&clickId=b')).toEqual(['b', 'clickid']);
  expect(kindOf('fbclid=a&gclid=b')).toEqual(['b', 'gclid']);
});

test('a query inside the fragment begins at its first mark, and may contain others', () => {
  expect(factsOf(`${page}#/offers?utm_source=a&utm_campaign=why?`)).toEqual({
    source: 'a',
    campaign: 'why?',
  });
});

describe('campaign parameters', () => {
  test('the five become the five fields', () => {
    const query = 'utm_source=s&utm_medium=m&utm_campaign=c&utm_term=t&utm_content=k';
    expect(factsOf(`${page}?${query}`)).toEqual({
      source: 's',
      medium: 'm',
      campaign: 'c',
      term: 't',
      content: 'k',
    });
  });

  test.each([
    ['names compare without case', 'UTM_Source=a', { source: 'a' }],
    ['a name may be encoded', 'utm%5Fsource=a', { source: 'a' }],
    ['the first value that is not empty wins', 'utm_source=&utm_source=b&utm_source=c', { source: 'b' }],
    ['array forms are ignored', 'utm_source[]=a&utm_source%5B%5D=b&utm_medium=m', { medium: 'm' }],
    ['a value is decoded once', 'utm_campaign=%2520x', { campaign: '%20x' }],
    ['a plus is a space, an encoded one a plus', 'utm_campaign=a+b%2Bc', { campaign: 'a b+c' }],
    ['a value is never cut at =', 'utm_content=a=b==', { content: 'a=b==' }],
    ['a value is kept as written', 'utm_source=%20FaceBook%20', { source: ' FaceBook ' }],
    ['UTF-8 is read', 'utm_campaign=%C3%BCber%F0%9F%98%80', { campaign: 'über😀' }],
    ['what is no UTF-8 is read as browsers would', 'utm_campaign=%FCber', { campaign: 'über' }],
    [
      'a sign of percent that begins no escape stays',
      'utm_campaign=100%&utm_term=%zz%41',
      {
        campaign: '100%',
        term: '%zzA',
      },
    ],
    ['null and undefined count as absent', 'utm_source=null&utm_medium=undefined&utm_term=t', { term: 't' }],
    ['null gives way to what follows', 'utm_source=null&utm_source=b', { source: 'b' }],
    [
      'names of objects are values like others',
      'utm_source=constructor&utm_medium=__proto__',
      {
        source: 'constructor',
        medium: '__proto__',
      },
    ],
  ])('%s', (_promise, query, facts) => {
    expect(factsOf(`${page}?${query}`)).toEqual(facts);
  });

  test('the query is read first, then a query inside the fragment', () => {
    expect(factsOf(`${page}#/route?utm_source=x`)).toEqual({ source: 'x' });
    expect(factsOf(`${page}?utm_source=a#/route?utm_source=b&utm_medium=m`)).toEqual({
      source: 'a',
      medium: 'm',
    });
    expect(factsOf(`${page}?utm_source=#/route?utm_source=b`)).toEqual({ source: 'b' });
    expect(factsOf(`${page}#/route&utm_source=x`)).toEqual({});
  });

  test.each([
    [
      'matomo',
      'mtm_source=s&matomo_medium=m&pk_campaign=c&mtm_keyword=t&mtm_content=k',
      {
        source: 's',
        medium: 'm',
        campaign: 'c',
        term: 't',
        content: 'k',
      },
    ],
    ['matomo', 'pk_kwd=t&mtm_cpn=c', { term: 't', campaign: 'c' }],
    ['hubspot', 'hsa_cam=c&hsa_src=s', { campaign: 'c', source: 's' }],
    ['plain', 'source=s', { source: 's' }],
    ['plain', 'ref=s', { source: 's' }],
  ] as const)(
    'names of the %s family are read only where an organization switches them on',
    (family, query, facts) => {
      expect(factsOf(`${page}?${query}`)).toEqual({});
      expect(factsOf(`${page}?${query}`, null, { parameterFamilies: [family] })).toEqual(facts);
    },
  );

  test('utm names count before those of other families', () => {
    const url = `${page}?source=plain&mtm_source=matomo&utm_source=utm&ref=ref`;
    expect(factsOf(url, null, { parameterFamilies: ['matomo', 'plain'] })).toEqual({ source: 'utm' });
  });
});

describe('literal parameters', () => {
  test('are the fields of their name, in any case', () => {
    const query = 'affiliate=a&subAffiliate=b&clickId=c&salesAgent=d';
    const facts = { affiliate: 'a', subAffiliate: 'b', clickId: 'c', salesAgent: 'd' };
    expect(factsOf(`${page}?${query}`)).toEqual(facts);
    expect(factsOf(`${page}?${query.replaceAll(/[a-z]+(?==)/gi, (name) => name.toUpperCase())}`)).toEqual(
      facts,
    );
  });

  test('a literal click id has the name of its parameter for a kind', () => {
    expect(touchOf(`${page}?clickId=c`).clickIdKind).toBe('clickid');
  });
});

describe('affiliate networks', () => {
  test.each(['via', 'fpr'])('%s names the affiliate', (name) => {
    expect(factsOf(`${page}?${name}=alice`)).toEqual({ affiliate: 'alice' });
    expect(landedChannelOf(`${page}?${name}=alice`, 'https://blog.somewhere.example/')).toBe('Affiliates');
  });

  test.each(['irclickid', 'irclid', 'cjevent', 'awc', 'sscid', 'ranSiteID', 'clickref', 'ps_xid', 'dub_id'])(
    '%s is a click id, its medium is affiliate',
    (name) => {
      const touch = touchOf(`${page}?${name}=a1B2`);
      expect(factsOf(`${page}?${name}=a1B2`)).toEqual({ clickId: 'a1B2', medium: 'affiliate' });
      expect(touch.clickIdKind).toBe(name.toLowerCase());
      expect(landedChannelOf(`${page}?${name}=a1B2&utm_medium=x`)).toBe('Affiliates');
    },
  );

  test('the list is the organization’s to change', () => {
    const affiliateParameters = [
      { name: 'Partner', field: 'affiliate' },
      { name: 'pclick', field: 'clickId' },
    ] as const;
    expect(factsOf(`${page}?partner=p&pclick=c&via=v&awc=w`, null, { affiliateParameters })).toEqual({
      affiliate: 'p',
      clickId: 'c',
      medium: 'affiliate',
    });
  });
});

const implied: readonly (readonly [string, string | undefined, string | undefined])[] = [
  ['gclid', 'google', 'cpc'],
  ['gbraid', 'google', 'cpc'],
  ['wbraid', 'google', 'cpc'],
  ['dclid', 'google', 'cpm'],
  ['msclkid', 'bing', 'cpc'],
  ['ttclid', 'tiktok', 'paid_social'],
  ['twclid', 'twitter', 'paid_social'],
  ['li_fat_id', 'linkedin', 'paid_social'],
  ['epik', 'pinterest', 'paid_social'],
  ['rdt_cid', 'reddit', 'paid_social'],
  ['ScCid', 'snapchat', 'paid_social'],
  ['qclid', 'quora', 'paid_social'],
  ['yclid', 'yandex', 'cpc'],
  ['obclid', 'outbrain', 'cpc'],
  ['dicbo', 'outbrain', 'cpc'],
  ['tblci', 'taboola', 'cpc'],
  ['mc_cid', undefined, 'email'],
  ['_kx', undefined, 'email'],
  ['_hsenc', undefined, 'email'],
  ['mkt_tok', undefined, 'email'],
  ['fbclid', 'facebook', 'social'],
  ['igshid', 'instagram', 'social'],
  ['srsltid', 'google', 'organic'],
  ['ysclid', 'yandex', 'organic'],
];

describe('ad click ids', () => {
  test.each(implied)(
    '%s implies source %s and medium %s, and is kept as received',
    (name, source, medium) => {
      const touch = touchOf(`${page}?${name}=Cj0KC.Q-a_B`, google);
      expect(touch.clickIdKind).toBe(name.toLowerCase());
      expect(touch.leadSource).toMatchObject({
        clickId: 'Cj0KC.Q-a_B',
        source: source ?? null,
        medium: medium ?? null,
      });
    },
  );

  test('a utm field beats what is implied, each for itself', () => {
    expect(factsOf(`${page}?gclid=x&utm_source=s`)).toEqual({ clickId: 'x', source: 's', medium: 'cpc' });
    expect(factsOf(`${page}?gclid=x&utm_medium=m`)).toEqual({ clickId: 'x', source: 'google', medium: 'm' });
  });

  test('an empty utm field counts as absent', () => {
    expect(factsOf(`${page}?utm_source=&gclid=x`)).toMatchObject({ source: 'google' });
  });

  test.each(['fbclid', 'igshid', 'srsltid', 'ysclid'])('%s never means paid', (name) => {
    expect(landedChannelOf(`${page}?${name}=x`)).toMatch(/^Organic/);
  });

  test('of several the first by priority is kept', () => {
    expect(factsOf(`${page}?fbclid=f&msclkid=m&gclid=g`)).toEqual({
      clickId: 'g',
      source: 'google',
      medium: 'cpc',
    });
  });

  test('a literal clickId beats an ad click id, which still tells where the visit came from', () => {
    expect(factsOf(`${page}?gclid=g&clickId=own`)).toEqual({
      clickId: 'own',
      source: 'google',
      medium: 'cpc',
    });
  });

  test('an affiliate network’s click id comes before that of an advertiser', () => {
    expect(factsOf(`${page}?gclid=g&awc=w`)).toEqual({ clickId: 'w', medium: 'affiliate' });
  });

  test('an id that tells nothing leaves the word to the referrer', () => {
    expect(factsOf(`${page}?_branch_match_id=1`, google)).toEqual({
      clickId: '1',
      source: 'Google',
      medium: 'organic',
    });
  });
});

describe('precedence', () => {
  test('campaign parameters, click id, referrer, direct', () => {
    const everything = `${page}?utm_source=s&utm_medium=m&gclid=g`;
    expect(factsOf(everything, google)).toEqual({ source: 's', medium: 'm', clickId: 'g' });
    expect(factsOf(`${page}?gclid=g`, 'https://www.bing.com/')).toEqual({
      source: 'google',
      medium: 'cpc',
      clickId: 'g',
    });
    expect(factsOf(page, google)).toEqual({ source: 'Google', medium: 'organic' });
    expect(factsOf(page)).toEqual({});
  });

  test.each(['utm_campaign=c', 'utm_term=t', 'affiliate=a', 'salesAgent=a', 'via=a', 'clickId=a'])(
    'with %s the referrer names neither source nor medium',
    (query) => {
      expect(touchOf(`${page}?${query}`, google).leadSource).toMatchObject({ source: null, medium: null });
    },
  );

  test('a landing without anything is direct', () => {
    expect(touchOf(page)).toMatchObject({ isDirect: true, clickIdKind: null });
    expect(touchOf(page).leadSource.path).toBe(page);
    expect(touchOf(page, google).isDirect).toBe(false);
    expect(touchOf(`${page}?clickId=1`).isDirect).toBe(false);
    expect(touchOf(`${page}?utm_source=(direct)&utm_medium=(none)`).isDirect).toBe(true);
    expect(landedChannelOf(page)).toBe('Direct');
  });
});

describe('a visit that goes on', () => {
  const read = readerWith({ ownHosts: ['shop.example', 'Other.Example'], excludedHosts: ['pay.example'] });

  test.each([
    ['the page’s own host', 'https://shop.example/cart'],
    ['another port of it', 'https://shop.example:8443/'],
    ['the same with www', 'https://www.shop.example/'],
    ['an own host', 'https://other.example/'],
    ['a host below an own one', 'https://www.blog.other.example/x'],
    ['an excluded host', 'https://pay.example/3ds'],
    ['a host below an excluded one', 'https://secure.pay.example/'],
    ['an excluded host with a dot at its end', 'https://pay.example./'],
    ['localhost', 'http://localhost:3000/'],
  ])('%s: ignored as internal without campaign or click id', (_name, referrer) => {
    expect(read({ url: page, referrer })).toEqual({ kind: 'ignored', reason: 'internal' });
  });

  test.each(['utm_source=s', 'gclid=g', 'via=a', 'clickId=c', '_branch_match_id=1'])(
    'with %s it is a touch without referrer',
    (query) => {
      const reading = read({ url: `${page}?${query}`, referrer: 'https://shop.example/' });
      expect(reading).toMatchObject({ kind: 'touch', leadSource: { referrer: null } });
    },
  );

  test('a host of the page’s registrable domain is its own, unless a list knows it', () => {
    const url = 'https://checkout.acme.co.uk/';
    expect(read({ url, referrer: 'https://www.acme.co.uk/' }).kind).toBe('ignored');
    expect(read({ url, referrer: 'https://acme.co.uk/' }).kind).toBe('ignored');
    expect(read({ url, referrer: 'https://a.b.acme.co.uk/' }).kind).toBe('ignored');
    expect(read({ url, referrer: 'https://www.other.co.uk/' }).kind).toBe('touch');
    const listed = { url: 'https://apps.google.com/', referrer: 'https://mail.google.com/' };
    expect(read(listed).kind).toBe('touch');
  });

  test.each([
    ['about:srcdoc', 'http://shop.unknown.example/'],
    ['about:srcdoc', null],
    ['blob:http://shop.unknown.example/0b6f', 'http://shop.unknown.example/'],
    ['data:text/html,', 'https://www.google.com/'],
  ])('%s after %s is part of the page that made it', (url, referrer) => {
    expect(read({ url, referrer })).toEqual({ kind: 'ignored', reason: 'internal' });
    expect(read({ url: `${url}#?utm_source=s`, referrer })).toMatchObject({
      kind: 'touch',
      leadSource: { source: 's', medium: null, referrer: null },
    });
  });

  test('an address without a domain is its own, and no other is', () => {
    const url = 'https://192.0.2.7/';
    expect(read({ url, referrer: 'https://192.0.2.7/cart' }).kind).toBe('ignored');
    expect(read({ url, referrer: 'https://198.51.100.7/' }).kind).toBe('touch');
  });

  test('shops on one platform are sites of their own', () => {
    const url = 'https://alice.myshopify.com/';
    expect(read({ url, referrer: 'https://bob.myshopify.com/' }).kind).toBe('touch');
  });

  test.each([
    'https://www.paypal.com/checkoutnow',
    'https://checkout.stripe.com/c/pay/x',
    'https://hooks.stripe.com/redirect',
    'https://www.klarna.com/',
    'https://pay.klarna.com/',
    'https://secure5.arcot.com/acspage/cap',
    'https://centinelapi.cardinalcommerce.com/',
    'https://accounts.google.com/',
    'https://accounts.google.com/signin/oauth',
    'https://appleid.apple.com/',
    'https://login.microsoftonline.com/common',
    'https://acme.okta.com/',
    'https://betalen.rabobank.nl/',
  ])('%s interrupts a visit and begins none', (referrer) => {
    expect(readerWith()({ url: page, referrer }).kind).toBe('ignored');
  });

  test('the list of excluded hosts is the organization’s to change', () => {
    const reading = readerWith({ excludedHosts: [] })({ url: page, referrer: 'https://www.paypal.com/' });
    expect(reading).toMatchObject({ kind: 'touch', leadSource: { source: 'paypal.com' } });
  });
});

describe('what is too long', () => {
  test('is cut to the limit of its field by code points, and marked', () => {
    const emoji = encodeURIComponent('😀'.repeat(600));
    const touch = touchOf(`${page}?utm_source=${emoji}&utm_medium=${'m'.repeat(511)}`);
    expect(touch.leadSource.source).toBe('😀'.repeat(512));
    expect(touch.leadSource.medium).toBe('m'.repeat(511));
    expect(truncatedFields(touch.leadSource)).toEqual(['source', 'path']);
    expect(touch.leadSource.path).toHaveLength(512);
  });

  test('a text that fits in code points is whole', () => {
    const emoji = encodeURIComponent('😀'.repeat(511));
    expect(truncatedFields(touchOf(`?utm_source=${emoji}`).leadSource)).toEqual(['path']);
  });

  test('a referrer is cut to a URI', () => {
    for (const before of ['a', 'ab', 'abc']) {
      const touch = touchOf(page, `https://blog.example/${before}${'%C3%BC'.repeat(500)}`);
      expect(truncatedFields(touch.leadSource)).toEqual(['referrer']);
      expect(touch.leadSource.referrer).toSatisfy(isReferrer);
      expect(touch.leadSource.referrer?.length).toBeLessThanOrEqual(leadSourceLimits.referrer);
    }
  });

  test('what no text may hold is replaced', () => {
    const touch = touchOf(`${page}?utm_source=a%00b&utm_medium=\u{D800}x`);
    expect(touch.leadSource).toMatchObject({ source: 'a\u{FFFD}b', medium: '\u{FFFD}x' });
  });
});

describe('no visit is lost', () => {
  const texts = fc.oneof(
    anyText(),
    webUrl(),
    fc
      .array(
        fc.oneof(
          fc.constantFrom(
            'https://',
            'http:',
            '//',
            '@',
            ':',
            '/',
            '?',
            '#',
            '&',
            '=',
            '%',
            '%C3',
            '[',
            ']',
            '.',
          ),
          fc.constantFrom('utm_source', 'gclid', 'google.com', 'x.com/i/grok', 'null', 'android-app', '\\'),
          fc.string({ maxLength: 5 }),
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join('')),
  );
  const read = readerWith();
  const readAll = readerWith({
    parameterFamilies: ['matomo', 'hubspot', 'plain'],
    urlPolicy: { query: 'keep', allowedParameters: [], redactedParameters: [], appliesToApi: false },
  });

  test('any text is read, into fields that can be kept', () => {
    fc.assert(
      fc.property(texts, fc.option(texts), (url, referrer) => {
        for (const reading of [read({ url, referrer }), readAll({ url, referrer })]) {
          if (reading.kind === 'ignored') continue;
          for (const field of leadSourceFields) {
            const value = reading.leadSource[field];
            if (value === null) continue;
            expect([...value].length).toBeLessThanOrEqual(leadSourceLimits[field]);
            expect(value.isWellFormed() && !value.includes('\0')).toBe(true);
          }
          const kept = reading.leadSource.referrer;
          expect(kept === null || isReferrer(kept)).toBe(true);
        }
      }),
      { numRuns: countOf(40_000) },
    );
  });

  const hostile: readonly (readonly [what: string, write: (size: number) => string])[] = [
    ['separators', (size) => `https://blog.example/?${'&='.repeat(size / 2)}`],
    ['parameters of one name', (size) => `https://blog.example/?${'utm_source=&'.repeat(size / 12)}`],
    ['bytes that are no UTF-8', (size) => `https://blog.example/?utm_source=${'%FF%C3a'.repeat(size / 7)}`],
    ['signs of percent', (size) => `https://blog.example/?utm_source=%FF${'%'.repeat(size)}`],
    ['labels', (size) => `https://${'a.'.repeat(size / 2)}example/`],
    ['signs of userinfo', (size) => `https://${'@'.repeat(size)}blog.example/`],
    ['slashes', (size) => `https:${'/'.repeat(size)}`],
    ['number signs', (size) => `https://blog.example/${'#'.repeat(size)}`],
    ['brackets', (size) => `https://blog.example/${'['.repeat(size)}`],
    ['segments of an engine', (size) => `https://msxml.excite.com${'/a/ws/results'.repeat(size / 13)}`],
    [
      'keywords of an engine',
      (size) => `https://webcache.googleusercontent.com${'/search?q=cache:a:b'.repeat(size / 19)}`,
    ],
    ['colons', (size) => `https://blog.example${':'.repeat(size)}`],
  ];

  test.each(hostile)('takes time in proportion to the text: %s', (_what, write) => {
    const work = (text: string) => {
      readAll({ url: text, referrer: text });
      readAll({ url: page, referrer: text });
    };
    expect(growthOf(32 * 1024, write, work)).toBeLessThan(linearGrowth);
  });

  test('names that are no UTF-8 cost no exception each, of which a URL may have thousands', () => {
    const decode = vi.spyOn(globalThis, 'decodeURIComponent');
    readAll({ url: `${page}?${'%FF=&'.repeat(10)}utm_source=%FF`, referrer: null });
    const thrown = decode.mock.results.filter(({ type }) => type === 'throw').length;
    decode.mockRestore();
    expect(thrown).toBe(1);
  });

  test('a value of the query comes back as it was', () => {
    fc.assert(
      fc.property(anyText(60), (value) => {
        fc.pre(value !== '' && value.isWellFormed() && !value.includes('\0'));
        const encoded = encodeURIComponent(value);
        expect(touchOf(`${page}?a=b&utm_campaign=${encoded}&c=d`).leadSource.campaign).toBe(value);
      }),
      { numRuns: countOf(10_000) },
    );
  });
});
