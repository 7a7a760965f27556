import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { testNeeding } from '../../server/test/support/requirements.ts';
import { startTestService, type TestService } from '../../server/test/support/service.ts';
import { lackOfChromium, startChromium, Visitor } from './support/chromium.ts';
import { fieldNames, type Site, startSite } from './support/site.ts';

const lack = lackOfChromium();
const timeout = 60_000;
const shop = 'http://shop.example';
const search = 'http://www.baidu.com/';

let service: TestService;
let site: Site;
let browser: Browser;
beforeAll(async () => {
  if (lack !== null) return;
  service = await startTestService();
  site = await startSite(`${service.url}/capture.js`, {
    ofShop: await publishableKeyFor([shop]),
    ofAnyone: await publishableKeyFor([]),
  });
  const hosts = ['shop.example', 'a.shop.example', 'b.shop.example', 'www.baidu.com'];
  browser = await startChromium(Object.fromEntries(hosts.map((host) => [host, site.port])));
}, timeout);
afterAll(async () => {
  await browser?.close();
  await site?.[Symbol.asyncDispose]();
  await service?.[Symbol.asyncDispose]();
});

async function publishableKeyFor(allowedOrigins: readonly string[]): Promise<string> {
  const body = { type: 'publishable', description: 'The shop', allowedOrigins };
  const made = (await service.call('POST', '/api-keys', { body })).body as { publishableKey: string };
  return made.publishableKey;
}

/** A browser of its own for each test, whose pages must never have an error. */
function inChromium(name: string, body: (visitor: Visitor) => Promise<void>): void {
  testNeeding(lack, name, { timeout }, async () => {
    await using visitor = await Visitor.of(browser);
    await body(visitor);
    expect(visitor.errors).toEqual([]);
  });
}

type Touch = Readonly<Record<string, string | null>>;
let customers = 0;

/** Links the visitor to a new customer, and answers the touches that this customer then has. */
async function touchesOf(visitorId: string): Promise<readonly Touch[]> {
  const path = `/customers/cus_${++customers}`;
  const { status, body } = await service.call('POST', `${path}/visitors`, { body: { visitorId } });
  expect(status).toBe(201);
  const touches = (await service.call('GET', `${path}/lead-sources`)).body as readonly Touch[];
  expect(body).toMatchObject({ visitorId, touches: touches.length });
  for (const touch of touches) expect(touch['origin']).toBe('capture');
  return touches;
}

describe('a visitor in a browser', () => {
  inChromium(
    'comes by an ad, by a search, and from a bookmark, which takes nothing away',
    async (visitor) => {
      await visitor.open(`${shop}/?utm_source=google&utm_medium=cpc&utm_campaign=spring&gclid=Abc-1`);
      await visitor.sent(1);
      const results = await visitor.open(search);
      await results.click('a');
      await visitor.sent(2);
      await visitor.open(`${shop}/`);
      await visitor.sent(3);
      const ids = new Set(visitor.hits.map(({ visitorId }) => visitorId));
      expect(ids.size).toBe(1);
      const touches = await touchesOf([...ids][0] ?? '');
      expect(touches).toMatchObject([
        {
          position: 'original',
          channel: 'Paid Search',
          source: 'google',
          medium: 'cpc',
          campaign: 'spring',
          clickId: 'Abc-1',
          referrer: null,
          occurredTime: visitor.hits[0]?.occurredTime,
        },
        {
          position: 'most-recent',
          channel: 'Organic Search',
          medium: 'organic',
          referrer: search,
          path: `${shop}/`,
        },
        { position: 'intermediary', channel: 'Direct', medium: null, source: null, referrer: null },
      ]);
    },
  );

  inChromium(
    'goes through an application of a single page, where only a campaign is an arrival',
    async (visitor) => {
      const page = await visitor.open(`${shop}/?utm_source=news&utm_medium=email`);
      await visitor.sent(1);
      // A router that redirects is one navigation, and the same address again is none, nor is an anchor.
      await page.evaluate(
        `history.pushState({}, '', '/products'); history.replaceState({}, '', '/products/')`,
      );
      await visitor.sent(2);
      await page.evaluate(
        `history.replaceState({ scrolled: 1 }, '', '/products/'); location.hash = 'reviews'`,
      );
      await quiet(page);
      await page.evaluate(`history.pushState({}, '', '/offer?utm_source=popup&utm_medium=banner')`);
      await visitor.sent(3);
      // The campaign that is carried along arrives once.
      await page.evaluate(`history.pushState({}, '', '/coats?utm_source=popup&utm_medium=banner')`);
      await quiet(page);
      await page.evaluate(`history.pushState({}, '', '/help')`);
      await visitor.sent(4);
      await page.evaluate(`history.pushState({}, '', '#/returns')`);
      await visitor.sent(5);
      await page.goBack();
      await visitor.sent(6);
      expect(visitor.hits.map(({ url, referrer }) => [url, referrer])).toEqual([
        [`${shop}/?utm_source=news&utm_medium=email`, ''],
        [`${shop}/products/`, `${shop}/?utm_source=news&utm_medium=email`],
        [`${shop}/offer?utm_source=popup&utm_medium=banner`, `${shop}/products/#reviews`],
        [`${shop}/help`, `${shop}/coats?utm_source=popup&utm_medium=banner`],
        [`${shop}/help#/returns`, `${shop}/help`],
        [`${shop}/help`, `${shop}/help#/returns`],
      ]);
      expect(await touchesOf(visitor.hits[0]?.visitorId ?? '')).toMatchObject([
        { source: 'news', medium: 'email' },
        { source: 'popup', medium: 'banner', channel: 'Display', referrer: null },
      ]);
    },
  );

  inChromium(
    'goes through an application whose routes are fragments, with the campaign that it came by before them',
    async (visitor) => {
      const page = await visitor.open(`${shop}/?utm_source=news#/`);
      await visitor.sent(1);
      for (const route of ['#/coats', '#/coats/5', '#top', '#/cart']) {
        await page.evaluate(`location.hash = '${route}'`);
        await quiet(page);
      }
      await page.evaluate(`location.hash = '#/offer?utm_source=popup'`);
      await visitor.sent(2);
      await page.evaluate(`location.hash = '#/paid?utm_source=popup'`);
      await quiet(page);
      expect(visitor.hits.map(({ url }) => url)).toEqual([
        `${shop}/?utm_source=news#/`,
        `${shop}/?utm_source=news#/offer?utm_source=popup`,
      ]);
    },
  );

  inChromium(
    'goes through an application that keeps noting where it has been scrolled to',
    async (visitor) => {
      const page = await visitor.open(`${shop}/?utm_source=a`);
      await visitor.sent(1);
      await page.evaluate(`history.pushState({}, '', '/offer?utm_source=b');
      setInterval(() => history.replaceState({ scrolled: Date.now() }, ''), 50)`);
      await visitor.sent(2);
      expect(visitor.hits[1]).toMatchObject({ url: `${shop}/offer?utm_source=b` });
    },
  );

  inChromium('goes through an application that uses the Navigation API', async (visitor) => {
    const page = await visitor.open(`${shop}/`);
    await visitor.sent(1);
    await page.evaluate(`navigation.addEventListener('navigate', (event) => event.intercept());
      navigation.navigate('/offer?utm_source=b')`);
    await visitor.sent(2);
    await page.click('a');
    await visitor.sent(3);
    expect(visitor.hits.map(({ url, referrer }) => [url, referrer])).toEqual([
      [`${shop}/`, ''],
      [`${shop}/offer?utm_source=b`, `${shop}/`],
      [`${shop}/checkout`, `${shop}/offer?utm_source=b`],
    ]);
  });

  inChromium('has one cookie, whether or not its pages name a domain', async (visitor) => {
    const cookiesOf = async (page: Page) =>
      (await page.context().cookies()).map(({ domain, value }) => [domain, value]);
    const page = await visitor.open(`${shop}/`);
    await visitor.sent(1);
    const id = visitor.hits[0]?.visitorId;
    expect(await cookiesOf(page)).toEqual([['shop.example', id]]);
    await visitor.open(`${shop}/shared?utm_source=a`);
    await visitor.sent(2);
    expect(await cookiesOf(page)).toEqual([['.shop.example', id]]);
    const left = await visitor.openBeside(`${shop}/shared?utm_source=b`);
    await visitor.sent(3);
    await left.evaluate(`leadsource.off()`);
    for (const path of ['/', '/shared', '/misplaced']) {
      await quiet(await visitor.open(`${shop}${path}?utm_source=c`));
    }
    expect((await cookiesOf(page)).map(([, value]) => value)).toEqual(['off', 'off']);
    await left.evaluate(`leadsource.off(false)`);
    await seenIn(page, '');
    expect(await cookiesOf(page)).toEqual([]);
    const misplaced = await visitor.open(`${shop}/misplaced`);
    await visitor.sent(4);
    await misplaced.evaluate(`leadsource.off()`);
    await quiet(await visitor.open(`${shop}/misplaced`));
    await visitor.open(`${shop}/shared/off`);
    expect(visitor.hits).toHaveLength(4);
  });

  inChromium('stays out, also where another cookie with their id is older', async (visitor) => {
    await visitor.open(`${shop}/shared`);
    await visitor.sent(1);
    const page = await visitor.open(`${shop}/?utm_source=a`);
    await visitor.sent(2);
    await page.evaluate(`leadsource.off()`);
    for (const path of ['/', '/shared', '/']) await quiet(await visitor.open(`${shop}${path}?utm_source=b`));
    expect(visitor.hits).toHaveLength(2);
    expect((await page.context().cookies()).map(({ value }) => value)).toContain('off');
  });

  inChromium(
    'is forgotten in a page that denies, also what a page without a domain had kept',
    async (visitor) => {
      const page = await visitor.open(`${shop}/`);
      await visitor.sent(1);
      const denying = await visitor.open(`${shop}/shared/off`);
      await denying.evaluate(`leadsource.consent('denied')`);
      expect(await page.context().cookies()).toEqual([]);
    },
  );

  inChromium(
    'consents late: the landing waited as it was, and nothing was stored meanwhile',
    async (visitor) => {
      const page = await visitor.open(`${shop}/consent?utm_source=ad`);
      await page.evaluate(`history.pushState({}, '', '/elsewhere')`);
      await quiet(page);
      expect(await storedIn(page)).toEqual(nothing);
      const grantedAt = await page.evaluate(`leadsource.consent('granted'), Date.now()`);
      await visitor.sent(2);
      // Whatever had been sent before would have come first, and without consent.
      expect(visitor.hits).toMatchObject([
        { url: `${shop}/consent?utm_source=ad`, referrer: '', consent: 'granted' },
        { url: `${shop}/elsewhere`, consent: 'granted' },
      ]);
      const [landing] = visitor.hits;
      expect(Date.parse(landing?.occurredTime ?? '')).toBeLessThan(Number(grantedAt));
      expect(await touchesOf(landing?.visitorId ?? '')).toMatchObject([
        { source: 'ad', path: `${shop}/consent?utm_source=ad`, occurredTime: landing?.occurredTime },
      ]);
    },
  );

  inChromium('has consented before the script is there', async (visitor) => {
    await visitor.open(`${shop}/agreed?utm_source=ad`);
    await visitor.sent(1);
    expect(visitor.hits).toMatchObject([{ url: `${shop}/agreed?utm_source=ad`, consent: 'granted' }]);
    expect(await touchesOf(visitor.hits[0]?.visitorId ?? '')).toMatchObject([{ source: 'ad' }]);
  });

  for (const path of ['/denied', '/left'])
    inChromium(`has refused before the script is there (${path})`, async (visitor) => {
      const page = await visitor.open(`${shop}${path}?utm_source=ad`);
      await visitor.markedBy(page);
      expect(visitor.hits).toEqual([]);
      const stored = path === '/left' ? { ...nothing, cookie: 'leadsource_visitor=off' } : nothing;
      expect(await storedIn(page)).toEqual(stored);
    });

  inChromium(
    'denies: what waited is dropped, what was stored is removed, and nothing follows',
    async (visitor) => {
      await visitor.open(`${shop}/?utm_source=before`);
      await visitor.sent(1);
      const page = await visitor.open(`${shop}/consent?utm_source=ad`);
      await page.evaluate(`leadsource.consent('denied')`);
      expect(await storedIn(page)).toEqual(nothing);
      await page.evaluate(`history.pushState({}, '', '/elsewhere')`);
      await quiet(page);
      await page.evaluate(`leadsource.consent('granted')`);
      await page.evaluate(`history.pushState({}, '', '/after?utm_source=after')`);
      await visitor.sent(2);
      expect(visitor.hits[1]).toMatchObject({ url: `${shop}/after?utm_source=after`, consent: 'granted' });
      expect(visitor.hits[1]?.visitorId).not.toBe(visitor.hits[0]?.visitorId);
      expect(await touchesOf(visitor.hits[1]?.visitorId ?? '')).toMatchObject([{ source: 'after' }]);
    },
  );

  inChromium(
    'denies in one tab: another waits until it is told of consent, and takes up no id of before',
    async (visitor) => {
      const other = await visitor.open(`${shop}/agreed?utm_source=a`);
      await visitor.sent(1);
      const beside = await visitor.openBeside(`${shop}/agreed`);
      await visitor.sent(2);
      await other.evaluate(`leadsource.consent('denied')`);
      await seenIn(beside, '');
      await beside.evaluate(`history.pushState({}, '', '/elsewhere')`);
      await quiet(beside);
      expect(await storedIn(beside)).toEqual(nothing);
      await beside.evaluate(`leadsource.consent('granted')`);
      await visitor.sent(3);
      // Consent may be given once more before the page has seen anything since the denial.
      await other.evaluate(`leadsource.consent('denied')`);
      await seenIn(beside, '');
      await beside.evaluate(`leadsource.consent('granted'), history.pushState({}, '', '/further')`);
      await visitor.sent(4);
      expect(visitor.hits.map(({ url, consent }) => [url, consent])).toEqual([
        [`${shop}/agreed?utm_source=a`, 'granted'],
        [`${shop}/agreed`, 'granted'],
        [`${shop}/elsewhere`, 'granted'],
        [`${shop}/further`, 'granted'],
      ]);
      expect(new Set(visitor.hits.map(({ visitorId }) => visitorId)).size).toBe(3);
      expect(await beside.evaluate('leadsource.get().source')).toBe(null);
    },
  );

  inChromium(
    'denies in one tab, where consent is not waited for: another begins anew, and knows of none',
    async (visitor) => {
      const denying = await visitor.open(`${shop}/?utm_source=a`);
      await visitor.sent(1);
      const beside = await visitor.openBeside(`${shop}/`);
      await beside.evaluate(`leadsource.consent('granted')`);
      await visitor.sent(2);
      await denying.evaluate(`leadsource.consent('denied')`);
      await seenIn(beside, '');
      await beside.evaluate(`history.pushState({}, '', '/elsewhere')`);
      await visitor.sent(3);
      const [first, second, third] = visitor.hits;
      expect(second?.visitorId).toBe(first?.visitorId);
      expect(third?.visitorId).not.toBe(first?.visitorId);
      expect(third?.consent).toBe('unknown');
    },
  );

  inChromium('denies in one tab and consents in another: that one stays as it is', async (visitor) => {
    const denied = await visitor.open(`${shop}/agreed`);
    await visitor.sent(1);
    await denied.evaluate(`leadsource.consent('denied')`);
    const granted = await visitor.openBeside(`${shop}/agreed?utm_source=b`);
    await visitor.sent(2);
    const stored = await granted.evaluate('[document.cookie, localStorage.leadsource]');
    await denied.evaluate(`history.pushState({}, '', '/elsewhere')`);
    await quiet(denied);
    await denied.evaluate(`leadsource.consent('perhaps')`);
    expect(await granted.evaluate('[document.cookie, localStorage.leadsource]')).toEqual(stored);
    await granted.evaluate(`history.pushState({}, '', '/further')`);
    await visitor.sent(3);
    expect(visitor.hits[2]).toMatchObject({ url: `${shop}/further`, visitorId: visitor.hits[1]?.visitorId });
    expect(await granted.evaluate('leadsource.get().source')).toBe('b');
  });

  inChromium('denies on one host: another host of the domain has forgotten, too', async (visitor) => {
    const openAt = (host: string) => visitor.open(`http://${host}.shop.example/shared/consent?utm_source=x`);
    for (const host of ['a', 'b']) await (await openAt(host)).evaluate(`leadsource.consent('granted')`);
    await visitor.sent(2);
    await (await openAt('a')).evaluate(`leadsource.consent('denied')`);
    await (await openAt('b')).evaluate(`leadsource.consent('granted')`);
    await visitor.sent(3);
    const [first, second, third] = visitor.hits.map(({ visitorId }) => visitorId);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });

  inChromium('blocks storage: the id lives as long as the page', async (visitor) => {
    const page = await visitor.open(`${shop}/sandboxed?utm_source=ad`);
    await visitor.sent(1);
    await page.evaluate(`history.pushState({}, '', '?utm_source=second')`);
    await visitor.sent(2);
    const [first, second] = visitor.hits.map(({ visitorId }) => visitorId);
    expect(second).toBe(first);
    expect(await page.evaluate('leadsource.get().source')).toBe('second');
    expect(await touchesOf(first ?? '')).toMatchObject([{ source: 'ad' }, { source: 'second' }]);
  });

  inChromium('opts out where storage is blocked, for as long as the page', async (visitor) => {
    const page = await visitor.open(`${shop}/sandboxed?utm_source=ad`);
    await visitor.sent(1);
    await page.evaluate(`leadsource.off()`);
    await page.evaluate(`leadsource.consent('granted'), history.pushState({}, '', '?utm_source=second')`);
    await quiet(page);
    expect(await page.evaluate('leadsource.get().visitorId')).toBe(null);
    await page.evaluate(`leadsource.off(false), history.pushState({}, '', '?utm_source=third')`);
    await visitor.sent(2);
    expect(visitor.hits.map(({ url }) => url)).toEqual([
      `${shop}/sandboxed?utm_source=ad`,
      `${shop}/sandboxed?utm_source=third`,
    ]);
  });

  inChromium(
    'asks for Global Privacy Control: nothing is stored or sent, and what was there is gone',
    async (visitor) => {
      await visitor.open(`${shop}/?utm_source=before`);
      await visitor.sent(1);
      await visitor.askForPrivacy();
      const page = await visitor.open(`${shop}/?utm_source=ad`);
      await page.evaluate(`leadsource.consent('granted')`);
      expect(await storedIn(page)).toEqual(nothing);
      await page.evaluate(`history.pushState({}, '', '/elsewhere?utm_source=ad')`);
      await quiet(page);
      await visitor.markedBy(page);
      expect(visitor.hits).toHaveLength(1);
      expect(await touchesOf(visitor.hits[0]?.visitorId ?? '')).toMatchObject([{ source: 'before' }]);
    },
  );

  inChromium('turns it off, on every page, until it is turned on again', async (visitor) => {
    const first = await visitor.open(`${shop}/?utm_source=before`);
    await visitor.sent(1);
    await first.evaluate('leadsource.off()');
    const page = await visitor.open(`${shop}/?utm_source=ad`);
    expect(await page.evaluate('[document.cookie, localStorage.length]')).toEqual([
      'leadsource_visitor=off',
      0,
    ]);
    await page.evaluate('leadsource.off(false)');
    expect(await storedIn(page)).toEqual(nothing);
    await visitor.open(`${shop}/?utm_source=after`);
    await visitor.sent(2);
    expect(visitor.hits[1]).toMatchObject({ url: `${shop}/?utm_source=after` });
    expect(await touchesOf(visitor.hits[1]?.visitorId ?? '')).toMatchObject([{ source: 'after' }]);
  });

  inChromium('turns it off and on in one tab, and another goes along', async (visitor) => {
    const page = await visitor.open(`${shop}/?utm_source=a`);
    await visitor.sent(1);
    const beside = await visitor.openBeside(`${shop}/?utm_source=b`);
    await visitor.sent(2);
    await page.evaluate('leadsource.off()');
    await seenIn(beside, 'leadsource_visitor=off');
    await beside.evaluate(`history.pushState({}, '', '/out')`);
    await quiet(beside);
    expect(await storedIn(beside)).toEqual({ ...nothing, cookie: 'leadsource_visitor=off' });
    await page.evaluate('leadsource.off(false)');
    await seenIn(beside, '');
    expect(await storedIn(beside)).toEqual(nothing);
    await beside.evaluate(`history.pushState({}, '', '/in')`);
    await visitor.sent(3);
    expect(visitor.hits[2]).toMatchObject({ url: `${shop}/in` });
    await seenIn(page, `leadsource_visitor=${visitor.hits[2]?.visitorId}`, 1);
  });

  inChromium('is on a page that turns it off', async (visitor) => {
    const page = await visitor.open(`${shop}/off?utm_source=ad`);
    expect(await storedIn(page)).toEqual(nothing);
    await visitor.markedBy(page);
    expect(visitor.hits).toEqual([]);
  });
});

describe('a page', () => {
  inChromium(
    'has what the landing said in the fields of its checkout, and the API takes it',
    async (visitor) => {
      const query = 'UTM_Source=news%20letter&utm_source=later&utm_medium=&affiliate=alice&clickid=a%3Db';
      const landing = `${shop}/?${query}#/x?utm_medium=email&affiliate=bob`;
      await visitor.open(landing, 'http://blog.example/post?a=b');
      await visitor.sent(1);
      const page = await visitor.open(`${shop}/checkout`, `${shop}/`);
      await visitor.sent(2);
      const expected = {
        visitorId: visitor.hits[0]?.visitorId,
        path: landing,
        referrer: 'http://blog.example/post?a=b',
        medium: 'email',
        source: 'news letter',
        campaign: null,
        term: null,
        content: null,
        affiliate: 'alice',
        subAffiliate: null,
        salesAgent: null,
        clickId: 'a=b',
      };
      const told = (await page.evaluate('leadsource.get()')) as object;
      expect(told).toEqual(expected);
      const fields = await page.evaluate(`Object.fromEntries(new FormData(document.querySelector('form')))`);
      expect(fields).toEqual(Object.fromEntries(fieldNames.map((name) => [name, expected[name] ?? ''])));
      const { status } = await service.call('PUT', '/customers/cus_checkout/lead-source', { body: told });
      expect(status).toBe(201);
    },
  );

  inChromium(
    'made as the documentation says tells of the visit, and the order of its visitor',
    async (visitor) => {
      const page = await visitor.open(`${shop}/documented?utm_source=ad`);
      await visitor.sent(1);
      const [hit] = visitor.hits;
      expect(hit?.consent).toBe('granted');
      expect(await page.evaluate('document.forms[0].elements.visitor.value')).toBe(hit?.visitorId);
      expect(await touchesOf(hit?.visitorId ?? '')).toMatchObject([{ source: 'ad' }]);
    },
  );

  for (const { refusal, cookie } of [
    { refusal: `leadsource.consent('denied')`, cookie: '' },
    { refusal: 'leadsource.off()', cookie: 'leadsource_visitor=off' },
  ])
    inChromium(`sends no id from its checkout after ${refusal} in another tab`, async (visitor) => {
      const pages = [await visitor.open(`${shop}/checkout`)];
      await visitor.sent(1);
      for (const count of [2, 3]) {
        pages.push(await visitor.openBeside(`${shop}/checkout`));
        await visitor.sent(count);
      }
      const [submitting, asking, refusing] = pages as [Page, Page, Page];
      await refusing.evaluate(refusal);
      for (const page of [submitting, asking]) await seenIn(page, cookie);
      const submitted = submitting.evaluate(`new Promise((resolve) => {
        const [form] = document.forms;
        form.addEventListener('submit', (event) => {
          event.preventDefault();
          resolve(form.elements.visitorId.value);
        });
        form.requestSubmit();
      })`);
      expect(await submitted).toBe('');
      expect(await asking.evaluate('leadsource.get().visitorId')).toBe(null);
    });

  inChromium('fills in fields that come later, before they are sent', async (visitor) => {
    const page = await visitor.open(`${shop}/?utm_source=ad`);
    await visitor.sent(1);
    const sent = await page.evaluate(`new Promise((resolve) => {
      const form = document.createElement('form');
      form.innerHTML = '<input name="source" data-leadsource="source">';
      form.addEventListener('submit', (event) => {
        event.preventDefault();
        resolve(form.elements.source.value);
      });
      document.body.append(form);
      form.requestSubmit();
    })`);
    expect(sent).toBe('ad');
  });

  inChromium(
    'keeps the landing where a visitor comes back from a payment page, for half an hour',
    async (visitor) => {
      await visitor.open(`${shop}/?utm_source=ad`);
      await visitor.sent(1);
      const back = await visitor.open(`${shop}/checkout`, 'http://pay.example/done');
      await visitor.sent(2);
      expect(await back.evaluate('leadsource.get().source')).toBe('ad');
      await back.evaluate(
        `localStorage.leadsource = localStorage.leadsource.replace(/"seen":\\d+/, '"seen":' + (Date.now() - 1800001))`,
      );
      const later = await visitor.open(`${shop}/checkout`, 'http://pay.example/done');
      await visitor.sent(3);
      expect(await later.evaluate('[leadsource.get().source, leadsource.get().referrer]')).toEqual([
        null,
        'http://pay.example/done',
      ]);
    },
  );

  inChromium('has the landing of its visit also where the storage is full', async (visitor) => {
    const page = await visitor.open(`${shop}/?utm_source=older`);
    await visitor.sent(1);
    await page.evaluate(`{
      const fill = (name, length) => {
        try {
          for (let count = 0; ; count++) localStorage[name + count] = 'x'.repeat(length);
        } catch {}
      };
      for (const length of [100_000, 1000, 10, 1]) fill('filled' + length + '-', length);
    }`);
    await page.evaluate(`history.pushState({}, '', '?utm_source=newer&utm_term=${'x'.repeat(500)}')`);
    await visitor.sent(2);
    await page.evaluate(`history.pushState({}, '', '/elsewhere')`);
    await visitor.sent(3);
    expect(await page.evaluate('leadsource.get().source')).toBe('newer');
  });

  inChromium('has the landing of the visit that another tab has begun since', async (visitor) => {
    const page = await visitor.open(`${shop}/?utm_source=older`);
    await visitor.sent(1);
    const beside = await visitor.openBeside(`${shop}/?utm_source=newer`);
    await visitor.sent(2);
    await page.evaluate(`history.pushState({}, '', '/elsewhere')`);
    await visitor.sent(3);
    await beside.goto(`${shop}/checkout`);
    await visitor.sent(4);
    for (const tab of [page, beside]) expect(await tab.evaluate('leadsource.get().source')).toBe('newer');
    expect(await beside.evaluate('document.forms[0].elements.source.value')).toBe('newer');
  });

  inChromium('that names a value longer than the API takes gets it cut', async (visitor) => {
    const page = await visitor.open(`${shop}/?utm_term=${encodeURIComponent('😀'.repeat(600))}`);
    await visitor.sent(1);
    const told = (await page.evaluate('leadsource.get()')) as Touch;
    expect(told['term']).toBe('😀'.repeat(512));
    const { status } = await service.call('PUT', '/customers/cus_long/lead-source', { body: told });
    expect(status).toBe(201);
  });

  inChromium('that has the script twice sends one hit', async (visitor) => {
    const page = await visitor.open(`${shop}/twice?utm_source=ad`);
    await visitor.markedBy(page);
    expect(visitor.hits).toHaveLength(1);
  });

  inChromium('whose policy forbids to send has no error of its own', async (visitor) => {
    const page = await visitor.open(`${shop}/closed?utm_source=ad`);
    expect(await page.evaluate('leadsource.get().source')).toBe('ad');
  });
});

const nothing = { cookie: '', kept: 0, fields: Object.fromEntries(fieldNames.map((name) => [name, null])) };

/** What the script has stored in the browser, and what it tells the page. */
function storedIn(page: Page): Promise<unknown> {
  return page.evaluate('({ cookie: document.cookie, kept: localStorage.length, fields: leadsource.get() })');
}

/** Waits until a tab has what another one stored: the browser tells it later. The script is not asked. */
async function seenIn(page: Page, cookie: string, kept = 0): Promise<void> {
  const stored = () => page.evaluate('[document.cookie, localStorage.length]');
  await expect.poll(stored, { timeout: 30_000 }).toEqual([cookie, kept]);
}

/** Behind the moment at which a navigation counts as settled: timers of a page end in the order of their times. */
async function quiet(page: Page): Promise<void> {
  await page.evaluate('new Promise((resolve) => setTimeout(resolve, 251))');
}
