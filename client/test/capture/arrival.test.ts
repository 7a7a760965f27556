import { describe, expect, test, vi } from 'vitest';
import {
  type CaptureOptions,
  type Consent,
  createCapture,
  type PageRequest,
  visitorIdOf,
} from '../../src/capture/index.ts';

const id = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';

interface Sent {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
}

/** A capture whose hits go no further than this list. */
function captureInto(sent: Sent[], options: Partial<CaptureOptions> = {}) {
  return createCapture({
    url: 'https://leads.example',
    key: 'pk_live_x',
    origin: 'https://shop.example',
    fetch: async (url, { headers, body } = {}) => {
      const sentHeaders = Object.fromEntries(new Headers(headers));
      sent.push({ url: String(url), headers: sentHeaders, body: JSON.parse(String(body)) });
      return new Response('{}', { status: 202 });
    },
    ...options,
  });
}

function pageRequest(
  headers: Readonly<Record<string, string>> = {},
  rest: Partial<PageRequest> = {},
): PageRequest {
  const all: Readonly<Record<string, string>> = { accept: 'text/html,*/*', ...headers };
  return { method: 'GET', target: '/?utm_source=x', header: (name) => all[name], ...rest };
}

/** What Chromium says of a page that a service worker fetches, and of one that it fetches before it is wanted. */
const passedOn = { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'navigate' };
const ahead = { 'sec-purpose': 'prefetch' };

async function hitsOf(request: PageRequest, options: Partial<CaptureOptions> = {}) {
  const sent: Sent[] = [];
  const capture = captureInto(sent, options);
  const arrival = capture.arrive(request);
  arrival.send();
  await capture.settled();
  return { ...arrival, sent };
}

describe('an arrival', () => {
  test('is told with what the server saw, and with what the service needs to judge the visitor', async () => {
    const headers = { referer: 'https://www.google.com/', 'user-agent': 'Firefox', cookie: 'a=b' };
    const { sent, visitorId } = await hitsOf(pageRequest(headers, { address: '203.0.113.7' }));
    expect(sent).toEqual([
      {
        url: 'https://leads.example/capture',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Firefox',
          'x-forwarded-for': '203.0.113.7',
        },
        body: {
          key: 'pk_live_x',
          visitorId,
          url: 'https://shop.example/?utm_source=x',
          referrer: 'https://www.google.com/',
          occurredTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          consent: 'unknown',
        },
      },
    ]);
  });

  test('is told with no more of its URL and its referrer than the service takes', async () => {
    const long = { referer: `https://a.example/${'r'.repeat(3000)}` };
    const { sent } = await hitsOf(pageRequest(long, { target: `/${'t'.repeat(11_000)}` }));
    expect([sent[0]?.body['url']?.length, sent[0]?.body['referrer']?.length]).toEqual([10_000, 2083]);
  });

  test('of somebody new gives a cookie that scripts can read, and that is sent securely where the site is', async () => {
    const { visitorId, setCookies } = await hitsOf(pageRequest());
    expect(visitorId).toMatch(/^[\w-]{8,64}$/);
    expect(setCookies).toEqual([
      `leadsource_visitor=${visitorId}; Max-Age=34560000; Path=/; SameSite=Lax; Secure`,
    ]);
    const plain = await hitsOf(pageRequest(), { origin: 'http://shop.example', domain: 'shop.example' });
    expect(plain.setCookies).toEqual([expect.stringMatching(/SameSite=Lax; Domain=shop\.example$/)]);
  });

  test.each([`leadsource_visitor=${id}`, `a=b; leadsource_visitor=${id};c=d`])(
    'keeps the id of the cookie %s, and the cookie for longer',
    async (cookie) => {
      const { visitorId, setCookies } = await hitsOf(pageRequest({ cookie }));
      expect(visitorId).toBe(id);
      expect(visitorIdOf(cookie)).toBe(id);
      expect(setCookies.join()).toContain(`leadsource_visitor=${id}; Max-Age=34560000`);
    },
  );

  test.each(['leadsource_visitor=', 'leadsource_visitor=<script>', `x_leadsource_visitor=${id}`, 'a'])(
    'takes no id from the cookie %s',
    async (cookie) => {
      const { visitorId } = await hitsOf(pageRequest({ cookie }));
      expect(visitorId).toMatch(/^[0-9a-f]{32}$/);
      expect(visitorId).not.toBe(id);
    },
  );

  test('is at the origin that the site names, whatever the request says of its host', async () => {
    const headers = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'gopher',
    };
    for (const target of ['//evil.example/', '/@evil.example', '/a?b#c']) {
      const { sent } = await hitsOf(pageRequest(headers, { target }));
      expect(sent[0]?.body['url']).toBe(`https://shop.example${target}`);
    }
  });

  test('is at the origin that a function gives, for a server of several sites', async () => {
    const origin = ({ header }: PageRequest) => `http://${header('host')}`;
    const { sent, setCookies } = await hitsOf(pageRequest({ host: 'b.example' }), { origin });
    expect(sent[0]?.body['url']).toBe('http://b.example/?utm_source=x');
    expect(setCookies.join()).not.toContain('Secure');
  });

  test.each(['https://leads.example/base', 'https://leads.example/base/'])(
    'is told to the service at %s',
    async (url) => {
      const { sent } = await hitsOf(pageRequest(), { url });
      expect(sent[0]?.url).toBe('https://leads.example/base/capture');
    },
  );

  test('names the visitor to what is no page, too, without another cookie', async () => {
    const cookie = `leadsource_visitor=${id}`;
    const { visitorId, setCookies } = await hitsOf(pageRequest({ cookie, accept: 'application/json' }));
    expect([visitorId, setCookies]).toEqual([id, []]);
  });

  test('has no address where the server knows none, whatever the request says', async () => {
    const { sent } = await hitsOf(
      pageRequest({ 'x-forwarded-for': '198.51.100.1', forwarded: 'for=1.2.3.4' }),
    );
    expect(sent[0]?.headers).not.toHaveProperty('x-forwarded-for');
  });

  test.each<[string, PageRequest, boolean]>([
    ['a page', pageRequest({ 'sec-fetch-dest': 'document', accept: '*/*' }), true],
    ['a page that a service worker fetches', pageRequest(passedOn), true],
    ['a call of a script that wants HTML', pageRequest({ ...passedOn, 'sec-fetch-mode': 'cors' }), false],
    ['a page that a service worker loads ahead', pageRequest({ ...passedOn, ...ahead }), false],
    ['a part of a page', pageRequest({ 'sec-fetch-dest': 'image' }), false],
    ['an embedded page', pageRequest({ 'sec-fetch-dest': 'embed', 'sec-fetch-mode': 'navigate' }), false],
    ['a page in a frame', pageRequest({ 'sec-fetch-dest': 'iframe' }), false],
    ['a call of a script', pageRequest({ accept: 'application/json' }), false],
    ['a page that is loaded ahead', pageRequest({ 'sec-purpose': 'prefetch;prerender' }), false],
    ['a page that is loaded ahead, as older browsers say it', pageRequest({ purpose: 'prefetch' }), false],
    ['a form', pageRequest({}, { method: 'POST' }), false],
    ['the head of a page', pageRequest({}, { method: 'HEAD' }), false],
  ])('%s: %#', async (_name, request, isSeen) => {
    const { sent, setCookies } = await hitsOf(request);
    expect([sent.length > 0, setCookies.length > 0]).toEqual([isSeen, isSeen]);
  });

  test.each<[string, PageRequest, Partial<CaptureOptions>]>([
    ['Global Privacy Control', pageRequest({ 'sec-gpc': '1', cookie: `leadsource_visitor=${id}` }), {}],
    ['denied consent', pageRequest({ cookie: `leadsource_visitor=${id}` }), { consent: () => 'denied' }],
  ])('of %s is not told, and its cookie is removed', async (_name, request, options) => {
    const { sent, visitorId, setCookies } = await hitsOf(request, options);
    expect([sent, visitorId]).toEqual([[], null]);
    const ofHost = 'leadsource_visitor=; Max-Age=0; Path=/; SameSite=Lax; Secure';
    expect(setCookies).toEqual([ofHost]);
    // One of before the site named a domain goes, too.
    const ofDomain = await hitsOf(request, { ...options, domain: 'shop.example' });
    expect(ofDomain.setCookies).toEqual([`${ofHost}; Domain=shop.example`, ofHost]);
  });

  test('of who opted out in the page is not told, and the choice stays', async () => {
    const both = 'leadsource_visitor=7f9c2ba4e88f827d; leadsource_visitor=off';
    expect((await hitsOf(pageRequest({ cookie: both }))).sent).toEqual([]);
    const { sent, visitorId, setCookies } = await hitsOf(pageRequest({ cookie: 'leadsource_visitor=off' }));
    expect([sent, visitorId, setCookies]).toEqual([[], null, []]);
  });

  test('says what was consented to', async () => {
    const { sent } = await hitsOf(pageRequest(), { consent: () => 'granted' });
    expect(sent[0]?.body['consent']).toBe('granted');
  });
});

describe('a page never suffers', () => {
  test.each<[string, Partial<CaptureOptions>]>([
    ['an origin that is none', { origin: 'shop' }],
    [
      'a function that throws',
      {
        consent: () => {
          throw new Error('no');
        },
      },
    ],
    ...[async () => 'denied', async () => Promise.reject(new Error('no')), () => 'yes', () => undefined].map(
      (consent): [string, Partial<CaptureOptions>] => [
        `consent that is none: ${consent}`,
        { consent: consent as unknown as () => Consent },
      ],
    ),
  ])('from %s', (_name, options) => {
    const lost: unknown[] = [];
    const arrival = captureInto([], { ...options, onLost: (reason) => lost.push(reason) }).arrive(
      pageRequest(),
    );
    expect(arrival).toMatchObject({ visitorId: null, setCookies: [] });
    expect(lost).toEqual([expect.any(Error)]);
  });

  test.each<[string, () => Promise<Response>]>([
    ['is away', () => Promise.reject(new TypeError('fetch failed'))],
    ['refuses', async () => new Response('{}', { status: 429 })],
  ])('where the service %s, nor where whoever is told of that fails', async (_name, answer) => {
    const lost: unknown[] = [];
    const throwing = (reason: unknown) => {
      lost.push(reason);
      throw new Error('no');
    };
    for (const onLost of [throwing, async (reason: unknown) => throwing(reason)]) {
      const capture = captureInto([], { fetch: answer, onLost });
      capture.arrive(pageRequest()).send();
      await capture.settled();
    }
    expect(lost).toEqual([expect.any(Error), expect.any(Error)]);
  });

  test('where the service does not answer: no more wait than may, and each is given up on in time', async () => {
    const lost: string[] = [];
    let [underWay, most] = [0, 0];
    const capture = captureInto([], {
      mostAtOnce: 2,
      mostWaiting: 3,
      timeoutMilliseconds: 20,
      onLost: (reason) => lost.push((reason as Error).name),
      fetch: (_url, { signal } = {}) => {
        most = Math.max(most, ++underWay);
        return new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            underWay--;
            reject(signal.reason);
          });
        });
      },
    });
    for (let count = 0; count < 10; count++) capture.arrive(pageRequest()).send();
    expect(lost).toEqual(Array(5).fill('Error'));
    await capture.settled();
    expect(lost.slice(5)).toEqual(Array(5).fill('TimeoutError'));
    expect(most).toBe(2);
  });

  test('for as long as hits come: what is under way is settled without those that come later', async () => {
    const answers: (() => void)[] = [];
    const capture = captureInto([], {
      fetch: () => new Promise((resolve) => answers.push(() => resolve(new Response('{}', { status: 202 })))),
    });
    capture.arrive(pageRequest()).send();
    const settled = capture.settled();
    capture.arrive(pageRequest()).send();
    answers[0]?.();
    await settled;
    expect(answers).toHaveLength(2);
  });

  test('where a platform never ends what it has cut off: others are sent in time', async () => {
    const now = vi.spyOn(Date, 'now').mockReturnValue(0);
    const lost: string[] = [];
    let sent = 0;
    const capture = captureInto([], {
      onLost: (reason) => lost.push((reason as Error).message),
      fetch: () => {
        sent += 1;
        return new Promise(() => undefined);
      },
    });
    for (let count = 0; count < 12; count++) capture.arrive(pageRequest()).send();
    expect([sent, lost]).toEqual([8, []]);
    const settled = capture.settled();
    now.mockReturnValue(10_001);
    capture.arrive(pageRequest()).send();
    expect([sent, lost]).toEqual([13, Array(8).fill('A hit never ended.')]);
    now.mockReturnValue(20_002);
    capture.arrive(pageRequest()).send();
    now.mockRestore();
    expect(lost).toHaveLength(13);
    await settled;
  });

  test('and whoever is told of what is lost is called on the options', async () => {
    const options = {
      lost: [] as unknown[],
      fetch: async () => Promise.reject(new TypeError('away')),
      onLost(reason: unknown) {
        this.lost.push(reason);
      },
    };
    const capture = createCapture(
      Object.assign(options, { url: 'https://leads.example', key: 'pk_live_x', origin: 'https://a.example' }),
    );
    capture.arrive(pageRequest()).send();
    await capture.settled();
    expect(options.lost).toEqual([new TypeError('away')]);
  });

  test('where it does not answer, eight are sent at once for five seconds, and a thousand wait', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout');
    const answered = Promise.withResolvers<void>();
    const lost: unknown[] = [];
    const capture = captureInto([], {
      onLost: (reason) => lost.push(reason),
      fetch: async () => {
        await answered.promise;
        return new Response('{}', { status: 202 });
      },
    });
    for (let count = 0; count < 1009; count++) capture.arrive(pageRequest()).send();
    expect(timeout.mock.calls).toEqual(Array(8).fill([5000]));
    expect(lost).toHaveLength(1);
    answered.resolve();
    await capture.settled();
    expect([timeout.mock.calls.length, lost.length]).toEqual([1008, 1]);
  });
});
