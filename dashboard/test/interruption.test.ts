import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { lackOfChromium } from '../../capture/test/support/chromium.ts';
import { capture } from '../../server/test/support/capture.ts';
import { go, Stage, settled } from './support/stage.ts';

const lack = lackOfChromium();
if (lack !== null && process.env['CI'] === 'true') throw new Error(lack);

describe.skipIf(lack !== null)(`what comes in between${lack === null ? '' : ` (${lack})`}`, () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.start();
  });
  afterEach(() => stage.proxy.mend());
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
  });

  test('rules that could not be saved are kept until they are', async () => {
    const page = await stage.visit('#/channels');
    await page.getByRole('button', { name: 'Move the rule of Direct down' }).first().click();
    await page.getByRole('button', { name: 'Try these rules' }).click();
    await page.getByText('No touch would move.').waitFor();
    stage.proxy.cut();
    await page.getByRole('button', { name: 'Put in force' }).click();
    await page.getByText('cannot be reached').waitFor();
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    stage.proxy.mend();
    await page.getByRole('button', { name: 'Put in force' }).click();
    await page.getByText('Version 2, since').waitFor();
    await settled(page);
  });

  test('what went wrong with one key is not said of another', async () => {
    for (const description of ['One', 'Two'])
      await stage.client.postApiKey({ body: { type: 'secret', description, acl: ['customers:read'] } });
    const page = await stage.visit('#/settings/keys');
    stage.proxy.cut();
    await page.getByRole('button', { name: 'Revoke One' }).click();
    await page.getByRole('button', { name: 'Revoke it' }).click();
    await page.getByRole('dialog').getByText('cannot be reached').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Revoke Two' }).click();
    expect(await page.getByRole('dialog').getByText('cannot be reached').count()).toBe(0);
    await page.getByRole('button', { name: 'Revoke it' }).click();
    await page.getByRole('dialog').getByText('cannot be reached').waitFor();
  });

  test('a visit is seen even if each answer takes longer than the time between questions', async () => {
    const { publishableKey } = await stage.client.postApiKey({
      body: { type: 'publishable', description: 'Shop' },
    });
    const page = await stage.visit('#/settings/tag');
    await page.getByRole('button', { name: 'Watch for my visit' }).click();
    await page.route('**/api-keys?*', async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1_300));
      await route.continue();
    });
    await capture(stage.service, publishableKey ?? '', {
      visitorId: 'visitor-0001',
      url: 'https://shop.example/',
      referrer: null,
    });
    await page.getByText('It works').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
  });

  test('a refusal of the key that was signed out signs nobody else out', async () => {
    const body = { type: 'secret', description: 'Former' } as const;
    const { id, secretKey } = await stage.client.postApiKey({ body });
    const page = await stage.open('#/imports', { credential: secretKey ?? '' });
    const isRevoked = Promise.withResolvers<void>();
    await page.route('**/exports/spend', async (route) => {
      await isRevoked.promise;
      await route.continue();
    });
    await page.getByRole('button', { name: 'Export all spend' }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Secret key or token').fill(stage.service.secretKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await stage.client.deleteApiKey({ id });
    const refusal = page.waitForResponse('**/exports/spend');
    isRevoked.resolve();
    expect((await refusal).status()).toBe(401);
    await page.getByRole('link', { name: 'Channels' }).click();
    await page.getByRole('heading', { name: 'Channels' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Channels' }).waitFor();
    await page.context().close();
  });

  test('a browser that keeps nothing signs in all the same', async () => {
    const page = await stage.open('#/nowhere', { credential: null });
    await page.addInitScript(
      `for (const name of ['localStorage', 'sessionStorage'])
        Object.defineProperty(window, name, { get() { throw new DOMException('Denied', 'SecurityError'); } });`,
    );
    await page.reload();
    await page.getByLabel('Secret key or token').fill(stage.service.secretKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    await page.getByLabel('Colours').selectOption('dark');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Secret key or token').waitFor();
    await page.context().close();
  });

  test('a list that has become shorter than its page says so, and leads to its last page', async () => {
    const lines = Array.from({ length: 60 }, (_, place) => ({
      customerId: `cus_${place}`,
      occurredTime: '2026-01-05T09:30:00Z',
    }));
    await stage.client.postLeadSourceCollection({ lines });
    const page = await stage.visit('#/customers?offset=500');
    await page.getByText('None of 60').waitFor();
    await page.getByRole('button', { name: 'Previous' }).click();
    await page.getByText('51–60 of 60').waitFor();
  });

  test('a day that is being typed stays as it is when an answer arrives', async () => {
    const page = await stage.visit('#/overview?from=2024-01-01&to=2026-11-27');
    const field = page.getByRole('textbox', { name: 'To', exact: true });
    await field.focus();
    // Day and month alike, in whatever order the browser has them, are a day already; the year of the first two digits is none yet.
    await page.keyboard.type('0606');
    await page.waitForURL(/to=2026-06-06/);
    await page.keyboard.type('20');
    await settled(page);
    await page.keyboard.type('25');
    await page.waitForURL(/to=2025-06-06/);
    await page.keyboard.press('Backspace');
    await page.getByRole('heading', { name: 'Overview' }).click();
    expect(await field.inputValue()).toBe('2025-06-06');
  });

  test('a former answer is never shown as that to another question, not for a frame', async () => {
    const asked = (currency: string) => `#/attribution?from=2026-10-01&to=2026-10-31&currency=${currency}`;
    const page = await stage.visit(asked('USD'));
    await settled(page);
    const isBusy = await page.evaluate(
      `new Promise((tell) => {
        const isBusy = () => document.querySelector('main .loading, main [aria-busy=true]') !== null;
        addEventListener('hashchange', () => setTimeout(() => tell(isBusy())), { once: true });
        location.hash = ${JSON.stringify(asked('EUR'))};
      })`,
    );
    expect(isBusy).toBe(true);
  });

  test('the way back leads to before a control was changed, whatever it passed on its way', async () => {
    const page = await stage.visit('#/overview?from=2024-01-01&to=2026-11-27');
    const field = page.getByRole('textbox', { name: 'To', exact: true });
    await field.focus();
    await page.keyboard.type('06062025');
    await page.waitForURL(/to=2025-06-06/);
    await field.blur();
    await field.focus();
    await page.keyboard.type('0707');
    await page.waitForURL(/to=2025-07-07/);
    await page.goBack();
    await page.waitForURL(/to=2025-06-06/);
    // Whoever goes on in the same field begins anew.
    await page.keyboard.type('2024');
    await page.waitForURL(/to=2024-07-07/);
    await page.goBack();
    await page.waitForURL(/to=2025-06-06/);
    await page.goBack();
    await page.waitForURL(/to=2026-11-27/);
    await go(page, '#/attribution');
    const choice = page.getByLabel('By', { exact: true });
    await choice.focus();
    for (const name of ['source', 'medium', 'campaign']) {
      await page.keyboard.press('ArrowDown');
      await page.waitForURL(`**dimension=${name}`);
    }
    await page.goBack();
    await page.waitForURL(/#\/attribution$/);
    for (const name of ['source', 'medium']) {
      await choice.dispatchEvent('pointerdown');
      await choice.selectOption(name);
    }
    await page.goBack();
    await page.waitForURL('**dimension=source');
  });

  test('a control stays as its reader changed it, whatever arrives before the browser tells of the address', async () => {
    const page = await stage.visit('#/attribution');
    // The first of its listeners, so that it can keep it from the others.
    await page.addInitScript(`addEventListener('hashchange', (event) => {
      if (document.body.hasAttribute('data-held')) event.stopImmediatePropagation();
    })`);
    await page.reload();
    await settled(page);
    const answered = Promise.withResolvers<void>();
    await page.route('**/reports/attribution?*', async (route) => {
      await answered.promise;
      await route.continue();
    });
    await page.getByLabel('Period', { exact: true }).selectOption('30');
    await page.locator('[aria-busy=true]').waitFor();
    const body = page.locator('body');
    await body.evaluate((element) => element.setAttribute('data-held', ''));
    await page.getByLabel('By', { exact: true }).focus();
    await page.keyboard.press('ArrowDown');
    await page.waitForURL(/dimension=source/);
    answered.resolve();
    await settled(page);
    await page.keyboard.press('ArrowDown');
    await page.waitForURL(/dimension=medium/);
    await body.evaluate((element) => element.removeAttribute('data-held'));
    await page.unrouteAll({ behavior: 'wait' });
  });

  test('that a search found nothing is not taken for nobody being there while all are asked for', async () => {
    await stage.client.putCustomerLeadSource({ id: 'cus_somebody', body: {} });
    const page = await stage.visit('#/customers?field=source&value=nowhere');
    await page.getByText('No customer came from there.').waitFor();
    await page.route('**/customers?*', async (route) => {
      await page.getByText('No customer came from there.').waitFor();
      expect(await page.getByText('There are no customers yet.').count()).toBe(0);
      await route.continue();
    });
    await page.getByRole('link', { name: 'Show all', exact: true }).click();
    await page.getByRole('link', { name: 'cus_somebody', exact: true }).waitFor();
    await page.unrouteAll({ behavior: 'wait' });
  });
});
