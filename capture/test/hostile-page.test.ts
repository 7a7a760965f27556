import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { builtFile } from '../build.ts';

const built = readFileSync(builtFile, 'utf8');

interface Leadsource {
  get(): object;
  consent(state: unknown): void;
  off(isOff?: unknown): void;
  push(call: unknown): void;
}

type Globals = Record<string, unknown> & { leadsource?: Leadsource };

/** As much of a page as the script asks for. Its timers end when `settle` is called, its listeners by `tell`. */
function pageWith(sent: unknown[] = []) {
  const timers: (() => void)[] = [];
  const intervals: (() => void)[] = [];
  const listeners: (() => void)[] = [];
  const location = { href: 'https://shop.example/?utm_source=x', host: 'shop.example', protocol: 'https:' };
  const globals: Globals = {
    location,
    document: {
      currentScript: { src: 'https://leads.example/capture.js', dataset: { key: 'pk_live_x' } },
      querySelector: () => null,
      querySelectorAll: () => [],
      referrer: '',
      cookie: '',
      addEventListener() {},
    },
    history: {
      pushState(_state: unknown, _title: string, url: string) {
        location.href = new URL(url, location.href).href;
      },
      replaceState() {},
    },
    localStorage: {},
    navigator: { sendBeacon: (_url: unknown, body: string) => sent.push(JSON.parse(body)) },
    fetch: async () => {},
    crypto: globalThis.crypto,
    URL,
    URLSearchParams,
    setTimeout: (work: () => void) => timers.push(work),
    setInterval: (work: () => void) => intervals.push(work),
    addEventListener: (_type: string, work: () => void) => listeners.push(work),
  };
  globals['window'] = globals;
  return {
    globals,
    settle: () => {
      for (const work of intervals) work();
      for (const work of timers.splice(0)) work();
    },
    tell: () => {
      for (const work of listeners) work();
    },
  };
}

/** Does everything that a page can make the script do. */
function live({ globals, settle, tell }: ReturnType<typeof pageWith>): void {
  const history = globals['history'] as { pushState?(...parameters: unknown[]): void } | undefined;
  runInContext(built, createContext(globals));
  if ((history as unknown) !== throwing) history?.pushState?.(null, '', '/next');
  tell();
  settle();
  const { leadsource } = globals;
  if ((leadsource as unknown) === throwing || leadsource?.get === undefined) return;
  leadsource.get();
  for (const state of ['granted', 'denied', undefined, {}, null]) leadsource.consent(state);
  for (const isOff of [undefined, false, true]) leadsource.off(isOff);
  for (const call of [undefined, null, [], ['nothing'], ['consent', 'granted']]) leadsource.push(call);
}

const throwing = new Proxy(
  Object.assign(() => {}, {}),
  {
    get() {
      throw new Error('SecurityError');
    },
    set() {
      throw new Error('SecurityError');
    },
    apply() {
      throw new Error('SecurityError');
    },
    construct() {
      throw new Error('SecurityError');
    },
  },
);

const names = Object.keys(pageWith().globals).filter((name) => name !== 'window');

describe('nothing is thrown into a page', () => {
  test('that has all it needs, and it is told of', () => {
    const sent: unknown[] = [];
    live(pageWith(sent));
    expect(sent).toMatchObject([
      { key: 'pk_live_x', url: 'https://shop.example/?utm_source=x', referrer: '' },
      { url: 'https://shop.example/next', referrer: 'https://shop.example/?utm_source=x' },
    ]);
  });

  test.each(names)('without %s', (name) => {
    const page = pageWith();
    delete page.globals[name];
    live(page);
  });

  test.each(names)('where everything about %s throws', (name) => {
    const page = pageWith();
    page.globals[name] = throwing;
    live(page);
  });

  test.each(Object.keys(pageWith().globals['document'] as object))(
    'where document.%s is not what it should be',
    (member) => {
      for (const value of [undefined, null, 1, throwing]) {
        const page = pageWith();
        (page.globals['document'] as Record<string, unknown>)[member] = value;
        live(page);
      }
    },
  );

  test.each([1, 'text', true, null, {}, [], [1], [['consent']], document(), throwing])(
    'where leadsource was something else before: %#',
    (value) => {
      const page = pageWith();
      (page.globals as Record<string, unknown>)['leadsource'] = value;
      live(page);
    },
  );

  test.each([1, {}, { currentEntry: {} }, { currentEntry: {}, addEventListener: 1 }, throwing])(
    'whose navigation is not what it should be: %#',
    (navigation) => {
      const page = pageWith();
      page.globals['navigation'] = navigation;
      live(page);
    },
  );

  test.each(['', '{', 'null', '1', '"x"', '{"fields":1}', '{"fields":{"visitorId":"<script>"}}', '[]'])(
    'whose storage holds %s, and its visitor gets an id all the same',
    (kept) => {
      const sent: unknown[] = [];
      const page = pageWith(sent);
      page.globals['localStorage'] = { leadsource: kept };
      live(page);
      expect(sent[0]).toMatchObject({ visitorId: expect.stringMatching(/^[\w-]{8,64}$/) });
    },
  );
});

/** An element of the page that is named as the script's calls are, as `window.leadsource` then shows it. */
function document(): object {
  return { tagName: 'FORM', get: undefined, forEach: undefined };
}

describe('consent that is asked for', () => {
  test.each(['required', '', 'yes', 'Granted'])('by the word "%s" is waited for', (consent) => {
    const sent: unknown[] = [];
    const { globals } = pageWith(sent);
    const { currentScript } = globals['document'] as { currentScript: { dataset: Record<string, string> } };
    currentScript.dataset['consent'] = consent;
    runInContext(built, createContext(globals));
    globals.leadsource?.consent('Yes');
    expect([sent, globals['localStorage']]).toEqual([[], {}]);
    globals.leadsource?.consent('granted');
    expect(sent).toMatchObject([{ consent: 'granted', url: 'https://shop.example/?utm_source=x' }]);
  });
});

describe('a visitor who must not be counted', () => {
  test.each([
    [
      'asks for Global Privacy Control',
      (navigator: object) => Object.assign(navigator, { globalPrivacyControl: true }),
    ],
    [
      'is on a page that turns it off',
      (_navigator: object, dataset: object) => Object.assign(dataset, { off: '' }),
    ],
  ])('%s, and nothing is sent or stored, whatever is consented to', (_words, choose) => {
    const sent: unknown[] = [];
    const page = pageWith(sent);
    const { navigator, document, localStorage } = page.globals as Record<
      string,
      { currentScript?: { dataset: object } }
    >;
    choose(navigator ?? {}, document?.currentScript?.dataset ?? {});
    live(page);
    expect([sent, localStorage]).toEqual([[], {}]);
  });
});

describe('a word on consent that is none', () => {
  test('changes nothing of what is sent', () => {
    const sent: unknown[] = [];
    const { globals, settle } = pageWith(sent);
    runInContext(built, createContext(globals));
    globals.leadsource?.consent('Yes');
    (globals['history'] as { pushState(...parameters: unknown[]): void }).pushState(null, '', '/next');
    settle();
    expect(sent).toMatchObject([
      { consent: 'unknown' },
      { consent: 'unknown', url: 'https://shop.example/next' },
    ]);
  });
});

describe('what a page throws itself', () => {
  test('it still sees', () => {
    const page = pageWith();
    const fault = new Error('DataCloneError');
    page.globals['history'] = {
      pushState() {
        throw fault;
      },
      replaceState() {},
    };
    expect(() => live(page)).toThrow(fault);
  });
});

describe('a form that was filled in', () => {
  /** A page with a field of the visitor's id. */
  function pageWithForm() {
    const page = pageWith();
    const input = { value: '', dataset: { leadsource: 'visitorId' } };
    Object.assign(page.globals['document'] as object, { querySelectorAll: () => [input] });
    runInContext(built, createContext(page.globals));
    expect(input.value).toMatch(/^[\w-]{8,64}$/);
    return { input, leadsource: page.globals.leadsource };
  }

  test.each([
    ['denies', (leadsource?: Leadsource) => leadsource?.consent('denied')],
    ['opts out', (leadsource?: Leadsource) => leadsource?.off()],
  ])('says nothing any more of a visitor who %s', (_what, choose) => {
    const { input, leadsource } = pageWithForm();
    choose(leadsource);
    expect(input.value).toBe('');
  });

  // Firefox puts back what hidden fields held before a page was loaded again.
  test('says nothing of a visitor of before while the page waits for consent', () => {
    const page = pageWith();
    const input = { value: 'before-1', dataset: { leadsource: 'visitorId' } };
    const { document } = page.globals as { document: { currentScript: { dataset: Record<string, string> } } };
    document.currentScript.dataset['consent'] = 'required';
    Object.assign(document, { querySelectorAll: () => [input] });
    runInContext(built, createContext(page.globals));
    expect(input.value).toBe('');
    page.globals.leadsource?.consent('granted');
    expect(input.value).toMatch(/^[\w-]{8,64}$/);
  });

  test('stays as it is where a visitor opts in who had not opted out', () => {
    const { input, leadsource } = pageWithForm();
    const before = input.value;
    leadsource?.off(false);
    expect([input.value, leadsource?.get()]).toMatchObject([before, { visitorId: before }]);
  });
});

describe('the cookie of a visitor', () => {
  /** Whom a page with these cookies tells of. */
  function visitorWith(cookie: string, globals: object = {}): unknown {
    const sent: { readonly visitorId: string }[] = [];
    const page = pageWith(sent);
    Object.assign(page.globals['document'] as object, { cookie });
    runInContext(built, createContext(Object.assign(page.globals, globals)));
    return sent[0]?.visitorId;
  }

  test('says that they opted out by one word alone', () => {
    expect(visitorWith('a=b; leadsource_visitor=off')).toBeUndefined();
    expect(visitorWith('leadsource_visitor=offshore-1')).toBe('offshore-1');
    expect(visitorWith('my-leadsource_visitor=off; b=c')).toEqual(expect.any(String));
  });

  test('is not another one whose name ends alike', () => {
    expect(visitorWith('my_leadsource_visitor=somebody-1')).not.toBe('somebody-1');
    expect(visitorWith('my_leadsource_visitor=somebody-1; leadsource_visitor=visitor-1; b=c')).toBe(
      'visitor-1',
    );
  });

  test('may go before the rest that is stored, which keeps their id', () => {
    const sent: { readonly visitorId: string }[] = [];
    const page = pageWith(sent);
    const document = Object.assign(page.globals['document'] as object, { cookie: '' });
    runInContext(built, createContext(page.globals));
    document.cookie = '';
    (page.globals['history'] as { pushState(...parameters: unknown[]): void }).pushState(null, '', '/next');
    page.settle();
    expect(sent[1]?.visitorId).toBe(sent[0]?.visitorId);
  });

  test('goes before what the browser remembers of them, which keeps its campaign', () => {
    const location = { href: 'https://shop.example/', host: 'shop.example', protocol: 'https:' };
    const fields = { visitorId: 'remembered', source: 'ad' };
    const localStorage = { leadsource: JSON.stringify({ fields, seen: Date.now() }) };
    expect(visitorWith('leadsource_visitor=by-a-server', { location, localStorage })).toBe('by-a-server');
    expect(JSON.parse(localStorage.leadsource).fields).toEqual({ ...fields, visitorId: 'by-a-server' });
  });
});

describe('what a page tells', () => {
  type Told = Readonly<Record<string, string>>;

  /** What is told of a page at this address, with other globals and members of the document in place of the usual ones. */
  function told(href: string, members: object = {}, globals: object = {}): readonly Told[] {
    const sent: Told[] = [];
    const page = pageWith(sent);
    Object.assign(page.globals['document'] as object, members);
    Object.assign(page.globals, { location: { href, host: 'shop.example', protocol: 'https:' } }, globals);
    runInContext(built, createContext(page.globals));
    return sent;
  }

  test('is no longer than the service takes', () => {
    const referrer = `https://a.example/${'r'.repeat(3000)}`;
    const [hit] = told(`https://shop.example/?${'q'.repeat(11_000)}`, { referrer });
    expect([hit?.['url']?.length, hit?.['referrer']?.length]).toEqual([10_000, 2083]);
  });

  test('waits until a page that is loaded ahead of time is shown', () => {
    const listeners = new Map<string, () => void>();
    const addEventListener = (name: string, work: () => void) => listeners.set(name, work);
    const sent = told('https://shop.example/', { prerendering: true, addEventListener });
    expect(sent).toEqual([]);
    listeners.get('prerenderingchange')?.();
    expect(sent).toHaveLength(1);
  });

  test.each([
    ['takes no more of them', { sendBeacon: () => false }],
    ['has none', {}],
  ])('is fetched where the browser knows beacons and %s', (_words, navigator) => {
    const fetched: unknown[] = [];
    const fetch = async (url: URL, request: object) => void fetched.push([String(url), request]);
    told('https://shop.example/', {}, { navigator, fetch });
    const body = expect.stringContaining('"url":"https://shop.example/"');
    const request = { method: 'POST', body, keepalive: true };
    expect(fetched).toEqual([['https://leads.example/capture', request]]);
  });

  test('is of the same visit for as long as the visitor goes on within the site', () => {
    const fields = { visitorId: 'remembered', source: 'ad' };
    const kept = JSON.stringify({ fields, seen: Date.now() - 1_800_001 });
    const sourceBehind = (referrer: string) => {
      const localStorage = { leadsource: kept };
      told('https://shop.example/', { referrer }, { localStorage });
      return JSON.parse(localStorage.leadsource).fields.source;
    };
    expect(sourceBehind('https://shop.example/cart')).toBe('ad');
    expect(sourceBehind('https://pay.example/done')).toBeNull();
  });

  test('names no character that the service refuses', () => {
    const localStorage = { leadsource: '' };
    told('https://shop.example/?utm_source=a%00b&utm_term=%00', {}, { localStorage });
    expect(JSON.parse(localStorage.leadsource).fields).toMatchObject({ source: 'ab', term: null });
  });

  // WebKit takes http://localhost for a secure context, and refuses secure cookies there.
  test.each([
    ['https://shop.example/', ';secure'],
    ['about:srcdoc', ';secure'],
    ['http://localhost:3000/', ''],
  ])('is kept under a cookie of the host alone, which %s may set', (href, end) => {
    const cookies: string[] = [];
    const document = Object.defineProperty({}, 'cookie', {
      get: () => '',
      set: (cookie: string) => cookies.push(cookie),
      enumerable: true,
    });
    const { currentScript } = pageWith().globals['document'] as { currentScript: object };
    const members = Object.assign(document, { currentScript, querySelectorAll: () => [], referrer: '' });
    const sent = told(href, {}, { document: members, isSecureContext: true });
    const attributes = 'path=/;samesite=lax;domain=';
    expect(cookies.at(-1)).toBe(
      `leadsource_visitor=${sent[0]?.['visitorId']};max-age=34560000;${attributes}${end}`,
    );
  });
});
