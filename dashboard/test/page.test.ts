import type { Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { lackOfChromium } from '../../capture/test/support/chromium.ts';
import { Receiver, receiverSettings } from '../../server/test/support/receiver.ts';
import { go, moveFocus, overflows, Stage, settled, violations } from './support/stage.ts';
import { settleShop, storyTime, tellStory, toldCustomers } from './support/story.ts';
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
  afterEach(async () => {
    stage.proxy.mend();
    await stage.asAtFirst();
  });
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

    test('takes a key with two dots for a key, and no token', async () => {
      const key = 'notARealKey.withDots.0123456789abcdef';
      await using dotted = await Stage.start({ LEADSOURCE_SECRET_KEY: key }, Date.now, stage);
      const page = await dotted.open('#/channels', { credential: null });
      await page.getByLabel('Secret key or token').fill(key);
      await page.getByRole('button', { name: 'Sign in' }).click();
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
      page = await stage.visit('#/nowhere');
    });

    test.each(Object.entries(views))(
      '%s is accessible, in light and dark, and fits 360 pixels',
      async (_, hash) => {
        await go(page, addressOf(hash, closedPeriod));
        expect(await violations(page)).toEqual([]);
        await page.emulateMedia({ colorScheme: 'dark' });
        expect(await violations(page, { colours: true })).toEqual([]);
        await page.setViewportSize({ width: 360, height: 740 });
        expect(await overflows(page)).toBe(false);
      },
    );

    test('of settings that there are not says so', async () => {
      await go(page, '#/settings/nowhere');
      await page.getByText('There is no such setting.').waitFor();
    });

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
      const page = await stage.visit('#/customers');
      stage.proxy.cut();
      await page.getByRole('link', { name: 'Settings' }).click();
      await page.getByText('The service cannot be reached.').waitFor();
      stage.proxy.mend();
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.getByRole('heading', { name: 'The capture tag' }).waitFor();
    });

    test('says so where what draws the charts has not arrived, and draws once it can', async () => {
      const page = await stage.visit('#/nowhere');
      await page.route('**/chart-drawing-*.js', (route) => route.abort());
      await page.reload();
      await settled(page);
      await go(page, picturedViews.overview);
      await page.getByText('A part of the dashboard has not loaded.').waitFor();
      await page.unroute('**/chart-drawing-*.js');
      await page.getByRole('button', { name: 'Try again' }).click();
      await page.locator('.chart[aria-busy=false]').waitFor();
    });
  });

  describe('by keys alone', () => {
    test('one skips to the content, finds a customer and comes back out of a dialog', async () => {
      const page = await stage.visit('#/customers');
      // As it begins, with the focus nowhere.
      await page.reload();
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
    });

    test('one changes a channel rule, tries it and puts it in force', async () => {
      const page = await stage.visit('#/channels');
      await moveFocus(page, page.locator('summary').first());
      await page.keyboard.press('Enter');
      await moveFocus(page, page.getByLabel('Channel', { exact: true }).first());
      await page.keyboard.type('By themselves');
      await moveFocus(page, page.getByRole('button', { name: 'Try these rules' }), 'Shift+Tab');
      await page.keyboard.press('Enter');
      await page.getByText('touches would move.').waitFor();
      await moveFocus(page, page.getByRole('button', { name: 'Put in force' }));
      await page.keyboard.press('Enter');
      await page.getByText('Version 2, since').waitFor();
      // The rules are shown anew: one goes on where one was, and not at the beginning of the page.
      await page.getByRole('button', { name: 'Put in force' }).and(page.locator(':focus')).waitFor();
      expect((await stage.client.getChannelRules()).rules[0]).toMatchObject({ channel: 'By themselves' });
    });

    test('one makes a publishable key, is told what is wrong with it, and copies it', async () => {
      const page = await stage.visit('#/settings/keys');
      await moveFocus(page, page.getByRole('button', { name: 'Create a key' }));
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Kind').and(page.locator(':focus')).waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Tab');
      await page.keyboard.type('Second shop');
      await page.keyboard.press('Tab');
      await page.keyboard.type('not an origin');
      const make = dialog.getByRole('button', { name: 'Create it' });
      await moveFocus(page, make);
      await page.keyboard.press('Enter');
      await dialog.getByText('Only from these origins, line 1').waitFor();
      await moveFocus(page, dialog.getByLabel('Only from these origins'), 'Shift+Tab');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('https://shop.example');
      await moveFocus(page, make);
      await page.keyboard.press('Enter');
      await dialog.getByText(/^pk_live_/).waitFor();
      await moveFocus(page, dialog.getByRole('button', { name: 'I have copied it' }));
      await page.keyboard.press('Enter');
      await dialog.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Create a key' }).and(page.locator(':focus')).waitFor();
      await page.getByRole('button', { name: 'Revoke Second shop' }).waitFor();
      const keys = await stage.client.getApiKeyCollection();
      expect(keys.find(({ description }) => description === 'Second shop')).toMatchObject({
        type: 'publishable',
        allowedOrigins: ['https://shop.example'],
      });
    });

    describe('the focus stays where one is', () => {
      /** Presses a button by a key, waits for what comes of it, and expects the focus on the button of that name. */
      async function press(page: Page, name: string, outcome: Locator, then = name): Promise<void> {
        await page.getByRole('button', { name, exact: true }).first().focus();
        await page.keyboard.press('Enter');
        await outcome.waitFor();
        await settled(page);
        const focused = page.locator(':focus');
        await focused.waitFor({ timeout: 5_000 }).catch(() => {});
        expect(await focused.allTextContents()).toEqual([then]);
      }

      test('as settings are saved, or refused', async () => {
        const page = await stage.visit('#/settings/landing');
        await page.getByLabel('Excluded referrers').fill('pay.example\nbank.example');
        await press(page, 'Save', page.getByText('Version 3 is in force.'));
        await page.getByLabel('Excluded referrers').fill('no host');
        await press(page, 'Save', page.getByText('Something is not valid.'));
        await go(page, '#/settings/privacy');
        await page.getByLabel('Remove touches after … days').fill('2000');
        await press(page, 'Show what would be lost', page.getByText('Nothing would be lost now.'));
        await press(page, 'Put in force', page.getByText('Version 2 is in force.'));
        await go(page, '#/settings/attribution');
        await page.getByLabel('Days to look back').fill('31');
        await press(page, 'Save and recompute', page.getByText(/^Version \d+ is in force\.$/));
      });

      test('as a webhook is refused', async () => {
        const page = await stage.visit('#/settings/webhooks');
        await page.getByRole('button', { name: 'Add a webhook' }).click();
        await page.getByLabel('Address of the receiver').fill('https://a:b@shop.example/');
        await press(page, 'Add it', page.getByText('Something is not valid.'));
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      });

      test('as a touch is undone, on that of the next one', async () => {
        const page = await stage.visit('#/customers/cus_0003');
        const moments = page.locator('ol.touches > li');
        const undo = moments.getByRole('button', { name: 'Undo this touch' });
        const before = await moments.allTextContents();
        await undo.nth(1).focus();
        await page.keyboard.press('Enter');
        const shorter = page.locator(`ol.touches:not(:has(> li:nth-child(${before.length})))`);
        await press(page, 'Undo it', shorter, 'Undo this touch');
        expect(await undo.nth(1).and(page.locator(':focus')).count()).toBe(1);
      });

      test('where a list has no further page', async () => {
        const page = await stage.visit(`#/customers?offset=${Math.floor((toldCustomers - 1) / 50 - 1) * 50}`);
        await press(page, 'Next', page.getByText(/–(\d+) of \1$/));
      });

      test('while the service is away, and once it is back', async () => {
        const page = await stage.visit('#/customers/cus_0004');
        stage.proxy.cut();
        await page.getByRole('button', { name: 'Undo this touch' }).first().focus();
        await page.keyboard.press('Enter');
        await press(page, 'Undo it', page.getByText('The service cannot be reached.'));
        stage.proxy.mend();
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'detached' });
      });
    });

    test('one imports a file', async () => {
      const page = await stage.visit('#/imports');
      // Asked for long before the key: until the browser has taken it in, it opens a window of the system.
      const opened = page.waitForEvent('filechooser');
      await moveFocus(page, page.getByLabel('A file of touches'));
      await page.keyboard.press('Enter');
      const chooser = await opened;
      const touch = { customerId: 'cus_by-keys', occurredTime: '2026-03-01T12:00:00Z', source: 'fair' };
      const buffer = Buffer.from(JSON.stringify(touch));
      await chooser.setFiles({ name: 'fair.ndjson', mimeType: 'application/x-ndjson', buffer });
      await moveFocus(page, page.getByRole('button', { name: 'Import', exact: true }));
      await page.keyboard.press('Enter');
      await page.getByText('1 touch imported').waitFor();
      await page.keyboard.press('Tab');
      await page.locator('main :focus').waitFor();
      expect(await stage.client.getCustomerLeadSource({ id: 'cus_by-keys' })).toMatchObject({
        source: 'fair',
      });
    });

    test('one chooses light or dark, whatever the system has, and it stays so', async () => {
      const page = await stage.visit('#/overview');
      const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
      const light = await background();
      await moveFocus(page, page.getByLabel('Colours'));
      await page.keyboard.press('End');
      expect(await page.getByLabel('Colours').inputValue()).toBe('dark');
      const dark = await background();
      expect(dark).not.toBe(light);
      expect(await violations(page, { colours: true })).toEqual([]);
      await page.reload();
      await settled(page);
      expect(await background()).toBe(dark);
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.getByLabel('Colours').selectOption('light');
      expect(await background()).toBe(light);
      await page.getByLabel('Colours').selectOption('system');
      expect(await background()).toBe(dark);
    });

    test('one opens the menu of a narrow window', async () => {
      const page = await stage.visit('#/customers');
      await page.setViewportSize({ width: 360, height: 740 });
      const menu = page.getByRole('button', { name: 'Menu' });
      await menu.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Channels' }).focus();
      await page.keyboard.press('Escape');
      await page.getByRole('link', { name: 'Channels' }).waitFor({ state: 'hidden' });
      await menu.and(page.locator(':focus')).waitFor();
      expect(await menu.getAttribute('aria-expanded')).toBe('false');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'Channels' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Channels' }).waitFor();
      expect(await page.getByRole('link', { name: 'Channels' }).isVisible()).toBe(false);
    });
  });

  test('nothing went wrong unseen, and nobody else was asked for anything', () => {
    expect(stage.faults).toEqual([]);
  });
});
