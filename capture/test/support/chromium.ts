import { EventEmitter, once } from 'node:events';
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** Why there is no browser to try here; null where there is one. */
export function lackOfChromium(): string | null {
  return existsSync(executablePath) ? null : 'Chromium is not installed';
}

/**
 * What a window has beside its page, and would start for it each time: two pages below the address bar, and a process that
 * waits for the next page.
 */
const besidePages = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'SpareRendererForSitePerProcess',
];

/** What Playwright does without. Chromium heeds the last list alone. */
const withoutByPlaywright = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
];

/** Starts Chromium with a profile of its own, in which these hosts, and no others, stand for ports of this machine. */
export function startChromium(ports: Readonly<Record<string, number>>): Promise<Browser> {
  const mapped = Object.entries(ports).map(([host, port]) => `MAP ${host} 127.0.0.1:${port}`);
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--disable-features=${[...besidePages, ...withoutByPlaywright].join(',')}`,
      `--host-resolver-rules=${[...mapped, 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1'].join(',')}`,
    ],
  });
}

/** What a page has sent to the service. */
export interface SentHit {
  readonly key: string;
  readonly visitorId: string;
  readonly url: string;
  readonly referrer: string;
  readonly occurredTime: string;
  readonly consent: string;
}

/** A person's browser. It notes what pages send, how the service answers, and every error that their makers would see. */
export class Visitor implements AsyncDisposable {
  readonly hits: SentHit[] = [];
  readonly errors: string[] = [];
  readonly #context: BrowserContext;
  #tab: Promise<Page> | undefined;
  readonly #answered = new EventEmitter();
  #answers = 0;

  /** Without a window, Chromium says so, and the service takes it for a bot. */
  static async of(browser: Browser): Promise<Visitor> {
    const userAgent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version()} Safari/537.36`;
    return new Visitor(await browser.newContext({ userAgent }));
  }

  private constructor(context: BrowserContext) {
    this.#context = context;
    context.on('weberror', (error) => this.errors.push(String(error.error())));
    context.on('request', (request) => {
      const isTold = isHit(request) && request.postData() !== mark;
      if (isTold) this.hits.push(JSON.parse(request.postData() ?? '') as SentHit);
    });
    const note = (request: Request) => {
      if (!isHit(request)) return;
      if (request.postData() === mark) this.#answered.emit('mark');
      else this.#answered.emit('answer', ++this.#answers);
    };
    context.on('requestfinished', note);
    context.on('requestfailed', note);
  }

  /** A page in the visitor's tab, as after a click or, without a referrer, from a bookmark. The page before is left. */
  async open(url: string, referer?: string): Promise<Page> {
    this.#tab ??= this.#context.newPage();
    const page = await this.#tab;
    await page.goto(url, referer === undefined ? {} : { referer });
    return page;
  }

  /** A page in a tab of its own, which stays. */
  async openBeside(url: string): Promise<Page> {
    const page = await this.#context.newPage();
    await page.goto(url);
    return page;
  }

  /** Waits until the service has answered so many hits in all. */
  async sent(count: number): Promise<void> {
    while (this.#answers < count) await once(this.#answered, 'answer');
  }

  /** Waits until all has come that the script has sent from a page, if it has: a mark is sent behind it. */
  async markedBy(page: Page): Promise<void> {
    const script = await page.evaluate(`document.querySelector('script[src]').src`);
    const endpoint = new URL('capture', String(script)).href;
    const marked = once(this.#answered, 'mark');
    await page.evaluate(`navigator.sendBeacon('${endpoint}', '${mark}')`);
    await marked;
  }

  /** As a browser does whose user wants it, for pages that are opened from now on. */
  async askForPrivacy(): Promise<void> {
    await this.#context.addInitScript(
      `Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}

/** What no script of ours sends. */
const mark = '{}';

function isHit(request: Request): boolean {
  return request.method() === 'POST' && new URL(request.url()).pathname === '/capture';
}
