import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addedEngines, addedSites, neutralSites } from '../../src/domain/lists/additions.ts';
import { listedSites } from '../../src/domain/site-list.ts';
import { splitHost } from '../../src/operations/host-name.ts';
import { directory, factsOf, landedChannelOf, page, touchOf } from '../support/landings.ts';
import { type ListedHost, type ListName, listedHosts } from '../support/listed-hosts.ts';

const spelledHosts = listedHosts().flatMap((listed) => spellings(listed));

/** A gap is a country's label, or at the end a top-level domain. */
function spellings(listed: ListedHost): readonly ListedHost[] {
  const { host } = listed;
  if (!host.includes('{}')) return [listed];
  const atEnd = /\{\}(?:\/|$)/.test(host);
  const codes = atEnd
    ? ['de', 'uk', 'co.uk', 'com.br', 'co.jp', 'com.tr', 'com']
    : ['de', 'uk', 'jp', 'br', 'us'];
  return codes.map((code) => ({ ...listed, host: host.replace('{}', code) }));
}

const referrerTo = (host: string) =>
  host.startsWith('android-app//') ? host.replace('//', '://') : `https://${host}`;

/** What counts where several lists have a host: a `www.` does not make another host of it. */
const order: readonly ListName[] = ['ai', 'social', 'search'];
const bare = (host: string) => host.replace(/^www\./, '').replace(/\/$/, '');
const listsOf = Map.groupBy(spelledHosts, ({ host }) => bare(host));
const expectedList = ({ host }: ListedHost) =>
  order.find((list) => listsOf.get(bare(host))?.some((listed) => listed.list === list));

const mediums = { ai: 'ai-assistant', social: 'social', search: 'organic' };
const channels = { ai: 'AI Assistant', social: 'Organic Social', search: 'Organic Search' };
const videoHosts = new Set(['youtube.com', 'youtu.be', 'vimeo.com']);

describe('every host of the three lists', () => {
  test('is there to be looked at', () => {
    expect(spelledHosts.length).toBeGreaterThan(1000);
  });

  test('classifies as its list says, by medium and by channel', () => {
    const wrong = spelledHosts.filter((listed) => {
      const isVideo = videoHosts.has(bare(listed.host));
      const list = expectedList(listed) ?? listed.list;
      // The one engine that is a shop too: its hits are not paid for, but they are wares.
      const isShop = listed.name === 'Google Shopping';
      const medium = isVideo ? 'video' : mediums[list];
      const channel = isVideo ? 'Organic Video' : isShop ? 'Organic Shopping' : channels[list];
      const referrer = referrerTo(listed.host);
      return (
        touchOf(page, referrer).leadSource.medium !== medium || landedChannelOf(page, referrer) !== channel
      );
    });
    expect(wrong).toEqual([]);
  });

  test('gives the name of its list for a source', () => {
    const known = new Set(listedSites.map(({ site }) => site.name));
    const unnamed = spelledHosts.filter(({ host }) => {
      const { source } = touchOf(page, referrerTo(host)).leadSource;
      return source === null || !known.has(source);
    });
    expect(unnamed).toEqual([]);
    expect(factsOf(page, 'https://plus.google.com/').source).toBe('Google+');
  });

  test('has its sub-domains with it, where it is not listed with www alone', () => {
    expect(factsOf(page, 'https://de-de.facebook.com/')).toMatchObject({
      source: 'Facebook',
      medium: 'social',
    });
    expect(factsOf(page, 'https://fr.news.search.yahoo.com/')).toMatchObject({ source: 'Yahoo!' });
    expect(factsOf(page, 'https://edition.cnn.com/')).toMatchObject({ medium: 'referral' });
    expect(factsOf(page, 'https://mojeek.com/')).toEqual({ source: 'Mojeek', medium: 'organic' });
  });

  test('1,000 hosts that look like one of them are none', () => {
    const listed = new Set(
      spelledHosts.map(({ host }) => splitHost(bare(host).split('/')[0] ?? '').registrable),
    );
    const registrable = [...listed].filter((host) => host !== null);
    const disguises: readonly ((host: string) => string)[] = [
      (host) => `not${host}`,
      (host) => `my-${host}`,
      (host) => `${host}.evil.example`,
      (host) => `${host}-login.example`,
      (host) => `${host.replaceAll('.', '-')}.example`,
      (host) => `${host.split('.')[0]}.example`,
      (host) => `xn--${host}`,
      (host) => `${host}x`,
      (host) => `www.${host.replace('.', '')}.example`,
      (host) => `evil.example/${host}`,
      (host) => `evil.example/?q=https://${host}/`,
      (host) => `${host}@evil.example`,
    ];
    const lookAlikes = fc
      .tuple(fc.constantFrom(...registrable), fc.constantFrom(...disguises))
      .map(([host, disguise]) => disguise(host));
    fc.assert(
      fc.property(lookAlikes, (host) => {
        const asked = new URL(`https://${host}`).hostname;
        fc.pre(!listed.has(splitHost(asked).registrable));
        const { source, medium } = touchOf(page, `https://${host}`).leadSource;
        expect(directory.find(asked, '')).toBeUndefined();
        expect(source).toBe(asked.replace(/^www\.(?=[^.]+\.)/, ''));
        expect(['referral', 'email']).toContain(medium);
        const readsAsMail = splitHost(asked).label?.includes('mail') === true || asked.startsWith('deref-');
        expect(medium === 'email').toBe(readsAsMail);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('our own additions', () => {
  const added = Object.entries({ ...addedSites, search: addedEngines }).flatMap(([siteClass, sites]) =>
    sites.flatMap(({ name, hosts }) => hosts.map((host) => ({ siteClass, name, host }))),
  );

  test('are known by their hosts and count as what they are', () => {
    const wrong = added.filter(({ siteClass, name, host }) => {
      const [domain = '', ...path] = host.replace('{}', 'de').split('/');
      const site = directory.find(domain, path.length === 0 ? '' : `/${path.join('/')}`);
      return site?.siteClass !== siteClass || site.name !== name;
    });
    expect(wrong).toEqual([]);
  });

  test('stand in no list of others that already knows them', () => {
    const theirs = new Map(listedHosts().map(({ host, list }) => [host, list]));
    expect(added.filter(({ host, siteClass }) => theirs.get(host) === siteClass)).toEqual([]);
  });

  test('name no host twice', () => {
    const hosts = [...added, ...neutralSites.flatMap((site) => site.hosts.map((host) => ({ host })))];
    const twice = [...Map.groupBy(hosts, ({ host }) => host)].filter(([, same]) => same.length > 1);
    expect(twice).toEqual([]);
  });

  test.each([
    ['https://poe.com/', 'Poe', 'ai-assistant'],
    ['https://character.ai/', 'Character.AI', 'ai-assistant'],
    ['https://copilot.com/', 'Copilot', 'ai-assistant'],
    ['https://www.phind.com/', 'Phind', 'ai-assistant'],
    ['https://pplx.ai/', 'Perplexity', 'ai-assistant'],
    ['https://www.bing.com/chat', 'Copilot', 'ai-assistant'],
    ['https://mail.google.com/mail/u/0/', 'Gmail', 'email'],
    ['https://outlook.live.com/', 'Outlook', 'email'],
    ['https://eur01.safelinks.protection.outlook.com/', 'Outlook', 'email'],
    ['https://mail.yandex.kz/', 'Yandex Mail', 'email'],
    ['https://e.mail.ru/', 'Mail.ru', 'email'],
    ['https://go.mail.ru/search', 'Mailru', 'organic'],
    ['https://t.co/abc', 'Twitter', 'social'],
    ['https://l.facebook.com/', 'Facebook', 'social'],
    ['https://lm.facebook.com/l.php', 'Facebook', 'social'],
    ['https://out.reddit.com/', 'reddit', 'social'],
    ['https://go.bsky.app/', 'Bluesky', 'social'],
    ['https://acme.slack.com/', 'Slack', 'social'],
    ['https://teams.microsoft.com/', 'Microsoft Teams', 'social'],
    ['https://dev.to/x', 'DEV Community', 'social'],
    ['https://www.quora.com/', 'Quora', 'social'],
    ['https://www.amazon.co.uk/dp/1', 'Amazon', 'referral'],
    ['https://www.youtube.com/', 'YouTube', 'video'],
    ['https://player.vimeo.com/', 'Vimeo', 'video'],
    ['https://docs.google.com/', 'Google Docs', 'referral'],
  ])('%s is %s, medium %s', (referrer, source, medium) => {
    expect(factsOf(page, referrer)).toEqual({ source, medium });
  });

  test('marketplaces are Organic Shopping', () => {
    expect(landedChannelOf(page, 'https://www.etsy.com/listing/1')).toBe('Organic Shopping');
  });
});

describe('which referrers count', () => {
  test.each([
    'ftp://www.google.com/',
    'ios-app://324684580/',
    'file:///C:/x',
    'about:client',
    'data:text/html,x',
    'www.google.com',
    '/search',
    'https://',
    '',
    ' ',
  ])('%j is none', (referrer) => {
    expect(touchOf(page, referrer)).toMatchObject({ isDirect: true, leadSource: { referrer: null } });
  });

  test.each([
    'https://www.google.com/',
    'http://google.com',
    'HTTPS://WWW.GOOGLE.COM:443/search',
    ' https://www.google.com./ ',
    'https://user:pw@www.google.com/',
  ])('%j is Google', (referrer) => {
    expect(factsOf(page, referrer)).toEqual({ source: 'Google', medium: 'organic' });
  });

  test('a host is as long as a host name can be', () => {
    const hostOf = (length: number) => `${`${'a'.repeat(49)}.`.repeat(5)}${'b'.repeat(length - 250)}`;
    expect(touchOf(page, `https://${hostOf(253)}/`).leadSource.source).toBe(hostOf(253));
    expect(touchOf(page, `https://${hostOf(254)}/`).isDirect).toBe(true);
  });

  test('an app is known by its whole name', () => {
    expect(factsOf(page, 'android-app://com.google.android.gm/')).toEqual({
      source: 'Gmail',
      medium: 'email',
    });
    expect(
      factsOf(page, 'android-app://com.google.android.googlequicksearchbox/https/www.google.com'),
    ).toEqual({
      source: 'Google',
      medium: 'organic',
    });
    expect(factsOf(page, 'android-app://evil.com.google.android.gm/')).toMatchObject({ medium: 'referral' });
  });

  test('an unknown host is a referral from the host without www', () => {
    expect(factsOf(page, 'https://www.Some-Blog.example:8080/post?id=1')).toEqual({
      source: 'some-blog.example',
      medium: 'referral',
    });
    expect(factsOf(page, 'https://[2001:db8::1]/')).toEqual({ source: '[2001:db8::1]', medium: 'referral' });
    expect(factsOf(page, 'https://192.0.2.1/')).toEqual({ source: '192.0.2.1', medium: 'referral' });
  });

  test('what may not stand in a URI is escaped', () => {
    const referrer = 'https://blog.example/a b/[1]"?utm_source=ü|%zz';
    expect(touchOf(page, referrer).leadSource.referrer).toBe(
      'https://blog.example/a%20b/%5B1%5D%22?utm_source=%C3%BC%7C%25zz',
    );
  });
});

describe('the longest match', () => {
  test.each([
    ['a path before its host', 'https://x.com/i/grok/share/1', 'Grok'],
    ['a path behind www', 'https://www.x.com/i/grok', 'Grok'],
    ['a path only at the end of a segment', 'https://x.com/i/grokking', 'Twitter'],
    ['a path with a country', 'https://www.google.co.uk/imgres?imgurl=x', 'Google Images'],
    ['a path that ends with a slash', 'https://apollo.lv/portal/search', 'Apollo lv'],
    ['a host before the one above it', 'https://gemini.google.com/app', 'Gemini'],
    ['a country before the label', 'https://de.altavista.com/', 'AltaVista'],
    ['a country within the host', 'https://images.fr.ask.com/', 'Ask'],
    ['a divided country', 'https://www.google.com.br/', 'Google'],
  ])('%s', (_promise, referrer, source) => {
    expect(factsOf(page, referrer).source).toBe(source);
  });

  test.each(['https://google.shop/', 'https://google.blogspot.com/', 'https://zz.altavista.com/'])(
    '%s stands for no country',
    (referrer) => {
      expect(factsOf(page, referrer).medium).toBe('referral');
    },
  );
});

describe('e-mail by its name', () => {
  test.each(['https://www.acme-mail.co.uk/', 'https://webmailer.example/', 'https://deref-acme.example/x'])(
    '%s is e-mail',
    (referrer) => {
      expect(factsOf(page, referrer).medium).toBe('email');
      expect(landedChannelOf(page, referrer)).toBe('Email');
    },
  );

  test.each([
    'https://mail.acme.co.uk/',
    'https://acme.mail/',
    'https://x-deref.example/',
    'https://acme.example/mail',
  ])('%s is not: the label before the public suffix counts', (referrer) => {
    expect(factsOf(page, referrer).medium).toBe('referral');
  });
});

describe('Google’s searches of one kind', () => {
  test.each([
    ['tbm=isch', 'Google Images', 'Organic Search'],
    ['tbm=shop', 'Google Shopping', 'Organic Shopping'],
    ['tbm=vid', 'Google Video', 'Organic Search'],
    ['udm=28', 'Google Shopping', 'Organic Shopping'],
    ['tbm=nws', 'Google', 'Organic Search'],
    ['tbm=toString', 'Google', 'Organic Search'],
  ])('%s is %s', (query, source, channel) => {
    const referrer = `https://www.google.de/search?${query}&hl=de`;
    expect(factsOf(page, referrer)).toEqual({ source, medium: 'organic' });
    expect(landedChannelOf(page, referrer)).toBe(channel);
  });

  test('are Google’s alone', () => {
    expect(factsOf(page, 'https://www.bing.com/search?tbm=isch').source).toBe('Bing');
  });
});

describe('the search keyword', () => {
  test.each([
    ['a parameter of the engine', 'https://www.bing.com/search?form=x&q=red+shoes', 'red shoes'],
    ['the first of several', 'https://www.ecosia.org/search?q=a&q=b', 'a'],
    ['by the order of the list', 'https://search.aol.com/aol/search?q=second&query=first', 'first'],
    ['in the path', 'https://blekko.com/ws/red%20shoes', 'red shoes'],
    ['in a parameter rather than in the path', 'https://blekko.com/ws/red?q=blue', 'blue'],
    ['nothing where there is none in the path', 'https://blekko.com/ws/', undefined],
    [
      'behind the address of a cached page',
      'https://webcache.googleusercontent.com/search?q=cache:x1:a.example/+red+shoes&hl=de',
      ' red shoes',
    ],
    ['in the encoding of the engine', 'https://poisk.ru/cgi-bin/poisk?text=%EE%E1%F3%E2%FC', 'обувь'],
  ])('becomes the term: %s', (_promise, referrer, term) => {
    expect(factsOf(page, referrer).term).toBe(term);
  });

  test('gives way to utm_term, and is added to a click id', () => {
    const referrer = 'https://www.google.com/search?q=shoes';
    expect(factsOf(`${page}?utm_term=boots`, referrer).term).toBe('boots');
    expect(factsOf(`${page}?gclid=1`, referrer)).toMatchObject({ term: 'shoes', medium: 'cpc' });
  });

  test('is not kept in the referrer', () => {
    const { referrer } = touchOf(page, 'https://www.google.com/search?q=shoes').leadSource;
    expect(referrer).toBe('https://www.google.com/search');
  });
});
