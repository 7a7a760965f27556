import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { lackOfChromium, startChromium } from '../../../capture/test/support/chromium.ts';
import type { Results } from '../measures.ts';
import { say } from '../report.ts';
import { stop } from '../server.ts';
import { median } from '../statistics.ts';

const program = fileURLToPath(new URL('../../../server/src/cli/leadsource.js', import.meta.url));
const visits = 7;

/** How soon a reader sees the figures of the page's first view, each time in a browser that has cached nothing of it. */
export async function dashboard(): Promise<Results> {
  const lack = lackOfChromium();
  if (lack !== null) {
    say(`  ${lack}, so that nothing is measured.`);
    return {};
  }
  await using demo = await startDemo();
  const browser = await startChromium({});
  try {
    const milliseconds: number[] = [];
    for (let visit = 0; visit < visits; visit++) milliseconds.push(await paintOf(browser, demo));
    say(`  figures after ${milliseconds.map((time) => time.toFixed(0)).join(', ')} ms`);
    return { dashboard_paint_ms: median(milliseconds) };
  } finally {
    await browser.close();
  }
}

interface Demo extends AsyncDisposable {
  readonly url: string;
  readonly secretKey: string;
}

/** The demo's whole year, as `npm run demo` shows it. */
async function startDemo(): Promise<Demo> {
  const child = spawn(process.execPath, [program, 'demo', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { url, secretKey } = JSON.parse(await greetingOf(child)) as { url: string; secretKey: string };
  return { url, secretKey, [Symbol.asyncDispose]: () => stop(child) };
}

async function greetingOf({ stdout }: ChildProcess): Promise<string> {
  let said = '';
  for await (const part of stdout ?? []) {
    said += String(part);
    if (said.endsWith('}\n')) return said;
  }
  throw new Error('The demo ended before it greeted.');
}

/** Milliseconds from the start of the navigation to the first frame with figures in it, by the browser's own clock. */
async function paintOf(browser: Browser, { url, secretKey }: Demo): Promise<number> {
  const context = await browser.newContext();
  try {
    await context.addInitScript(
      `sessionStorage.setItem('leadsource-credential', ${JSON.stringify(secretKey)});
       globalThis.painted = new Promise((painted) => {
         new MutationObserver((_, observer) => {
           if (document.querySelector('.figure dd') === null) return;
           observer.disconnect();
           requestAnimationFrame(() => setTimeout(() => painted(performance.now())));
         }).observe(document, { childList: true, subtree: true });
       });`,
    );
    const page = await context.newPage();
    await page.goto(url);
    return Number(await page.evaluate('globalThis.painted'));
  } finally {
    await context.close();
  }
}
