import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { expect } from 'vitest';
import { lackOfChromium, startChromium } from '../../capture/test/support/chromium.ts';
import { testNeeding } from '../../server/test/support/requirements.ts';
import { startTestService } from '../../server/test/support/service.ts';

const calls = `
  import { createClient, ProblemError } from './client.js';
  export async function tried(options) {
    const client = createClient(options);
    for (const id of ['a', 'b', 'c'])
      await client.putCustomerLeadSource({ id, body: { source: 'browser' } });
    const ids = [];
    for await (const { id } of client.getCustomerCollection({ limit: 2, sort: 'id' })) ids.push(id);
    const refused = await client.putCustomerLeadSource({ id: 'a', body: { referrer: 'nowhere' } }).catch((error) => error);
    const moved = createClient({ ...options, url: options.url + '/tried/moved' });
    const redirected = await moved.getHealthLive().catch(({ name, message }) => name + ': ' + message);
    const near = (await createClient({ url: '/' }).getHealthLive().response()).status;
    return { ids, redirected, near, fields: refused instanceof ProblemError && refused.invalidFields.map(({ field }) => field) };
  }`;

const worker = `
  import { tried } from './calls.js';
  onmessage = async ({ data }) => postMessage(await tried(data));`;

/** What a page of the service's origin would load, by its name. */
async function files(): Promise<Readonly<Record<string, string>>> {
  const bundle = await rolldown({ input: join(import.meta.dirname, '../src/index.ts') });
  const { output } = await bundle.generate({ format: 'esm' });
  return {
    'client.js': output[0].code,
    'calls.js': calls,
    'worker.js': worker,
    'page.html': '<!doctype html>',
  };
}

testNeeding(lackOfChromium(), 'the client works in a page of a browser, and in a worker', async () => {
  await using service = await startTestService();
  const browser = await startChromium({});
  try {
    const page = await browser.newPage();
    const root = `${service.url}/tried`;
    for (const [name, body] of Object.entries(await files()))
      await page.route(`${root}/${name}`, (route) =>
        route.fulfill({ body, contentType: name.endsWith('.js') ? 'text/javascript' : 'text/html' }),
      );
    let redirections = 0;
    await page.route(`${root}/moved/**`, (route) => {
      redirections += 1;
      return route.fulfill({ status: 308, headers: { location: '/health/live' } });
    });
    await page.goto(`${root}/page.html`);
    const options = JSON.stringify({ url: service.url, secretKey: service.secretKey });
    const redirected = expect.stringMatching(/^NetworkError: A redirection/);
    const expected = { ids: ['a', 'b', 'c'], redirected, near: 200, fields: ['referrer'] };
    expect(await page.evaluate(`import('./calls.js').then(({ tried }) => tried(${options}))`)).toEqual(
      expected,
    );
    const inWorker = `new Promise((resolve, reject) => {
      const worker = new Worker('./worker.js', { type: 'module' });
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => reject(new Error(message));
      worker.postMessage(${options});
    })`;
    expect(await page.evaluate(inWorker)).toEqual(expected);
    // Asked once by the page, and once by the worker.
    expect(redirections).toBe(2);
  } finally {
    await browser.close();
  }
});
