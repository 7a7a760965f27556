import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { lackOfChromium } from '../../capture/test/support/chromium.ts';
import { Receiver, receiverSettings } from '../../server/test/support/receiver.ts';
import { go, overflows, Stage, settled, violations } from './support/stage.ts';
import { settleShop, storyTime, tellStory } from './support/story.ts';
import { addressOf, picturedViews } from './support/views.ts';

const lack = lackOfChromium();
if (lack !== null && process.env['CI'] === 'true') throw new Error(lack);

const views: Readonly<Record<string, string>> = {
  ...picturedViews,
  'a customer full of markup': '#/customers/cus_markup',
  'an unknown customer': '#/customers/cus_unknown',
  nowhere: '#/nowhere',
};

describe.skipIf(lack !== null)(`the page${lack === null ? '' : ` (${lack})`}`, () => {
  let now = storyTime;
  let stage: Stage;
  let receiver: Receiver;
  let closedPeriod: string;
  beforeAll(async () => {
    receiver = await Receiver.start();
    stage = await Stage.start(receiverSettings, () => now++);
    closedPeriod = await settleShop(await tellStory(stage.service), receiver);
  });
  afterEach(() => stage.proxy.mend());
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
    await receiver?.[Symbol.asyncDispose]();
  });

  describe('signing in', () => {
    test('says what is wrong with what was given, then goes where the address says', async () => {
      const page = await stage.open('#/channels', { credential: null });
      const field = page.getByLabel('Secret key or token');
      const enter = async (text: string) => {
        await field.fill(text);
        await page.getByRole('button', { name: 'Sign in' }).click();
      };
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violations(page, { colours: true })).toEqual([]);
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await overflows(page)).toBe(false);
      await enter('pk_live_anything');
      await page.getByText('publishable key, which can only send visits').waitFor();
      await enter('sk_live_wrong');
      await page.getByText('is not known, or has expired').waitFor();
      await enter('not even ascii ✓');
      await page.getByText('is not known, or has expired').waitFor();
      expect(await violations(page, { colours: true })).toEqual([]);
      await enter(` ${stage.service.secretKey} `);
      await page.getByRole('heading', { name: 'Channels' }).waitFor();
      await page.context().close();
    });

    test('lasts for the tab, in the tab, until one signs out', async () => {
      const page = await stage.open('#/customers', { credential: null });
      const signIn = async (stay: boolean) => {
        await page.getByLabel('Secret key or token').fill(stage.service.secretKey);
        await page.getByLabel('Stay signed in').setChecked(stay);
        await page.getByRole('button', { name: 'Sign in' }).click();
        // The form has a heading as the views have: only this tells that one is in.
        await page.getByRole('button', { name: 'Sign out' }).waitFor();
      };
      await signIn(true);
      await page.reload();
      await settled(page);
      expect(await page.context().cookies()).toEqual([]);
      expect(await page.evaluate('JSON.stringify(localStorage)')).not.toContain('sk_');
      expect(page.url()).not.toContain('sk_');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await signIn(false);
      await page.reload();
      await page.getByLabel('Secret key or token').waitFor();
      await page.context().close();
    });

    test('goes by a token as well, and a missing permission is told where it is missed', async () => {
      const { token } = await stage.client.postToken({ body: { permissions: ['customers:read'] } });
      const page = await stage.open('#/channels', { credential: token });
      await page.getByText('This takes the permission settings:read').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.context().close();
    });

    test('is asked for again once the key is refused, and leads back to the view', async () => {
      const { id, secretKey } = await stage.client.postApiKey({
        body: { type: 'secret', description: 'brief' },
      });
      const page = await stage.open('#/customers?limit=1', { credential: secretKey ?? '' });
      await settled(page);
      await stage.client.deleteApiKey({ id });
      await page.getByRole('link', { name: 'Channels' }).click();
      await page.getByText('has expired or was revoked').waitFor();
      await page.getByLabel('Secret key or token').fill(stage.service.secretKey);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Channels' }).waitFor();
      await page.context().close();
    });
  });

  describe('each view', () => {
    let page: Page;
    beforeAll(async () => {
      page = await stage.open('#/nowhere/before');
    });
    afterAll(() => page.context().close());

    test.each(Object.entries(views))(
      '%s is accessible, in light and dark, and fits 360 pixels',
      async (_, hash) => {
        await page.emulateMedia({ colorScheme: 'light' });
        await page.setViewportSize({ width: 1280, height: 860 });
        await go(page, addressOf(hash, closedPeriod));
        expect(await violations(page)).toEqual([]);
        await page.emulateMedia({ colorScheme: 'dark' });
        expect(await violations(page, { colours: true })).toEqual([]);
        await page.setViewportSize({ width: 360, height: 740 });
        expect(await overflows(page)).toBe(false);
      },
    );

    test('that the page leads to by itself is among these, and has its picture in docs', async () => {
      await go(page, '#/settings/tag');
      const links = page.locator('nav[aria-label=Pages] a[href^="#"], nav.tabs a');
      const led = await links.evaluateAll((found) => found.map((link) => link.getAttribute('href')));
      expect(led.length).toBeGreaterThan(10);
      const pictured = Object.values(picturedViews).map((hash) => hash.split('?')[0]);
      expect(led.filter((href) => href !== '#/settings' && !pictured.some((hash) => hash === href))).toEqual(
        [],
      );
    });

    test('says what to do while the service is away, and goes on once it is back', async () => {
      const page = await stage.open('#/customers');
      await settled(page);
      stage.proxy.cut();
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByText('The service cannot be reached.').waitFor();
      stage.proxy.mend();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('heading', { name: 'The capture tag' }).waitFor();
      await page.context().close();
    });

    test('says so where what draws the charts has not arrived, and draws once it can', async () => {
      const page = await stage.open('#/nowhere');
      await page.route('**/chart-drawing-*.js', (route) => route.abort());
      await go(page, '#/');
      await page.getByText('The service cannot be reached.').waitFor();
      await page.unroute('**/chart-drawing-*.js');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.locator('.chart[aria-busy=false]').waitFor();
      await page.context().close();
    });
  });

  describe('by keys alone', () => {
    test('one skips to the content, finds a customer and comes back out of a dialog', async () => {
      const page = await stage.open('#/customers');
      await settled(page);
      await page.keyboard.press('Tab');
      expect(await page.locator(':focus').textContent()).toContain('Skip to the content');
      await page.keyboard.press('Enter');
      expect(await page.locator(':focus').getAttribute('id')).toBe('content');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Tab');
      await page.keyboard.type('cus_0003');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'cus_0003' }).waitFor();
      await page.locator('#content:focus').waitFor();
      const undo = page.getByRole('button', { name: 'Undo this touch' }).first();
      await undo.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      expect(await violations(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(
        await undo.evaluate('document.activeElement === this || document.activeElement.textContent'),
      ).toBe('Undo this touch');
      await page.context().close();
    });

    test('one opens the menu of a narrow window', async () => {
      const page = await stage.open('#/customers', { viewport: { width: 360, height: 740 } });
      await settled(page);
      await page.getByRole('button', { name: 'Menu' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Channels' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Channels' }).waitFor();
      expect(await page.getByRole('link', { name: 'Channels' }).isVisible()).toBe(false);
      await page.context().close();
    });
  });

  test('nothing went wrong unseen, and nobody else was asked for anything', () => {
    expect(stage.faults).toEqual([]);
  });
});
