import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Client, createClient } from '@leadsource/client';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { startChromium } from '../../../capture/test/support/chromium.ts';
import { type CuttableProxy, startCuttableProxy } from '../../../server/test/support/cuttable-proxy.ts';
import { startTestService, type TestService } from '../../../server/test/support/service.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Of a window, unless it is told another. */
const size = { width: 1280, height: 860 };

/** A service, a browser before it, and a way between them that can be cut. */
export class Stage implements AsyncDisposable {
  readonly service: TestService;
  readonly client: Client;
  readonly browser: Browser;
  readonly proxy: CuttableProxy;
  /** What went wrong in any page, by the browser's own account, and every address beyond the service. */
  readonly faults: string[] = [];
  /** Where readers go. */
  readonly url: string;

  /** Whether the browser is not another stage's. */
  readonly #ownsBrowser: boolean;
  #shared: Promise<Page> | undefined;
  #visits = 0;

  /** Of another stage the browser is taken, and left to it. */
  static async start(
    settings: Readonly<Record<string, string>> = {},
    now: () => number = Date.now,
    beside?: Stage,
  ): Promise<Stage> {
    const [service, browser] = await Promise.all([
      startTestService(settings, now),
      beside?.browser ?? startChromium({}),
    ]);
    return new Stage(service, browser, await startCuttableProxy(service.url), beside === undefined);
  }

  private constructor(service: TestService, browser: Browser, proxy: CuttableProxy, ownsBrowser: boolean) {
    this.service = service;
    this.client = createClient(service);
    this.browser = browser;
    this.proxy = proxy;
    this.#ownsBrowser = ownsBrowser;
    this.url = proxy.url.replace(/\/$/, '');
  }

  /** A window of its own at a view of the page, signed in with a credential unless there is none. */
  async open(
    hash: string,
    {
      credential = this.service.secretKey,
      ...options
    }: BrowserContextOptions & { credential?: string | null } = {},
  ): Promise<Page> {
    const context = await this.browser.newContext({
      viewport: size,
      locale: 'en-GB',
      timezoneId: 'Europe/Vienna',
      reducedMotion: 'reduce',
      ...options,
    });
    if (credential !== null) {
      const { origin } = new URL(this.url);
      const item = { name: 'leadsource-credential', value: credential };
      await context.addInitScript(
        `if (location.origin === ${JSON.stringify(origin)} && sessionStorage.getItem('test') === null) {
          sessionStorage.setItem('test', '');
          sessionStorage.setItem(${JSON.stringify(item.name)}, ${JSON.stringify(item.value)});
        }`,
      );
    }
    context.on('weberror', (error) => void this.faults.push(String(error.error())));
    context.on('console', (message) => {
      // Refusals and broken connections are told by the browser whatever the page makes of them.
      const isAnswer = message.text().startsWith('Failed to load resource');
      if (message.type() === 'error' && !isAnswer) this.faults.push(message.text());
    });
    context.on('request', (request) => {
      if (!request.url().startsWith(`${this.url}/`)) this.faults.push(`The page asked for ${request.url()}.`);
    });
    const page = await context.newPage();
    await page.goto(`${this.url}/${hash}`);
    return page;
  }

  /** Gives the window of visits back the colours and the size that it had. */
  async asAtFirst(): Promise<void> {
    const page = await this.#shared;
    await page?.emulateMedia({ colorScheme: 'light' });
    await page?.setViewportSize(size);
  }

  /** Goes to a view in the window that all such visits share, as if it had never been open. */
  async visit(hash: string): Promise<Page> {
    this.#shared ??= this.open('#/nowhere/before');
    const page = await this.#shared;
    await go(page, `#/nowhere/${++this.#visits}`);
    await go(page, hash);
    return page;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ownsBrowser) await this.browser.close();
    await this.proxy[Symbol.asyncDispose]();
    await this.service[Symbol.asyncDispose]();
  }
}

/** Goes to another view in the same window, and waits until nothing of it is on its way. */
export async function go(page: Page, hash: string): Promise<void> {
  await page.evaluate(
    `new Promise((arrived) => {
      addEventListener('hashchange', () => setTimeout(arrived), { once: true });
      location.hash = ${JSON.stringify(hash)};
    })`,
  );
  await settled(page);
}

/** Waits until nothing of the page is still on its way. */
export async function settled(page: Page): Promise<void> {
  await page.locator('main h1').waitFor();
  await page.locator('.loading, [aria-busy=true]').first().waitFor({ state: 'detached' });
}

/** More than any page has places for the focus. */
const mostPresses = 120;

/** Presses a key, forwards or backwards, until the focus is where it is wanted; fails where it never is. */
export async function moveFocus(
  page: Page,
  wanted: Locator,
  key: 'Tab' | 'Shift+Tab' = 'Tab',
): Promise<void> {
  const reached = wanted.and(page.locator(':focus'));
  for (let presses = 0; presses < mostPresses; presses += 1) {
    await page.keyboard.press(key);
    if ((await reached.count()) === 1) return;
  }
  throw new Error(`The keyboard does not lead to ${wanted}.`);
}

interface Search {
  /** By the rules about colours alone, which a theme changes. */
  readonly colours?: boolean;
  /** In what this selector finds alone, where the rest has been looked at before. */
  readonly within?: string;
}

/** What axe-core finds wrong, in a line each. */
export async function violations(
  page: Page,
  { colours = false, within }: Search = {},
): Promise<readonly string[]> {
  if (!(await page.evaluate(`'axe' in window`))) await page.evaluate(axe);
  // What is shown while something newer is on its way is pale for that while alone.
  // Looked for from here: what looks in the page itself is evaluated there, which its policy forbids.
  const isSteady = "document.querySelector('.stale') === null && document.getAnimations().length === 0";
  while (!(await page.evaluate(isSteady))) await page.evaluate('new Promise(requestAnimationFrame)');
  const options = {
    resultTypes: ['violations'],
    ...(colours && { runOnly: ['color-contrast', 'link-in-text-block'] }),
  };
  return page.evaluate(
    `axe.run(${within === undefined ? 'document' : JSON.stringify(within)}, ${JSON.stringify(options)}).then(({ violations }) =>
      violations.flatMap(({ id, help, nodes }) => nodes.map(({ target }) => id + ': ' + help + ' ' + target)))`,
  );
}

/** Whether the page is wider than its window. */
export function overflows(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}
