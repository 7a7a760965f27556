import { readFile } from 'node:fs/promises';
import { type CaptureAnswer, createClient } from '@leadsource/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { lackOfChromium } from '../../capture/test/support/chromium.ts';
import { capture } from '../../server/test/support/capture.ts';
import { Receiver, receiverSettings } from '../../server/test/support/receiver.ts';
import { Stage, settled, violations } from './support/stage.ts';
import { markup, storyTime, tellStory, toldCustomers } from './support/story.ts';

const lack = lackOfChromium();
if (lack !== null && process.env['CI'] === 'true') throw new Error(lack);

describe.skipIf(lack !== null)(`what is done on the page${lack === null ? '' : ` (${lack})`}`, () => {
  let now = storyTime;
  let stage: Stage;
  let receiver: Receiver;
  beforeAll(async () => {
    receiver = await Receiver.start();
    stage = await Stage.start(receiverSettings, () => now++);
    await tellStory(stage.service);
    await stage.client.postApiKey({ body: { type: 'publishable', description: 'Shop' } });
  });
  afterAll(async () => {
    await stage?.[Symbol.asyncDispose]();
    await receiver?.[Symbol.asyncDispose]();
  });

  describe('customers', () => {
    test('are found by where they came from, whatever it is made of, and the address keeps it', async () => {
      const page = await stage.visit('#/customers');
      await page.getByLabel('Find by').selectOption({ label: 'Campaign' });
      await page.getByLabel('Exact value').fill(`"; ${markup}`);
      await page.getByRole('button', { name: 'Find' }).click();
      await page.getByText('1–1 of 1').waitFor();
      await page.reload();
      await page.getByText('1–1 of 1').waitFor();
      expect(await page.getByLabel('Exact value').inputValue()).toBe(`"; ${markup}`);
      await page.getByRole('link', { name: 'cus_markup' }).click();
      await page.getByText(markup, { exact: true }).first().waitFor();
      expect(await page.title()).toBe('Customers – leadsource');
      expect(await page.locator('main img, main script').count()).toBe(0);
      await page.goBack();
      await page.getByText('1–1 of 1').waitFor();
      await page.getByLabel('Exact value').fill('none such');
      await page.getByRole('button', { name: 'Find' }).click();
      await page.getByText('No customer came from there.').waitFor();
      await page.getByRole('link', { name: 'Show all', exact: true }).click();
      await page.getByText(`1–50 of ${toldCustomers}`).waitFor();
      expect(await page.getByLabel('Exact value').inputValue()).toBe('');
      await page.goBack();
      await page.getByText('No customer came from there.').waitFor();
      expect(await page.getByLabel('Exact value').inputValue()).toBe('none such');
    });

    test('are turned over page by page', async () => {
      const page = await stage.visit('#/customers');
      await page.getByText(`1–50 of ${toldCustomers}`).waitFor();
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText(`51–100 of ${toldCustomers}`).waitFor();
      await page.goBack();
      await page.getByText(`1–50 of ${toldCustomers}`).waitFor();
    });

    test('with a long history show the beginning of it, and the rest on request, which the address keeps', async () => {
      const timeOf = (hour: number) => new Date(storyTime - (300 - hour) * 3_600_000).toISOString();
      const lines = Array.from({ length: 250 }, (_, hour) => ({
        customerId: 'cus_long',
        occurredTime: timeOf(hour),
        ...(hour > 0 && { source: `touch-${hour}` }),
      }));
      await stage.client.postLeadSourceCollection({ lines });
      await stage.client.postConversion({
        body: { id: 'late', customerId: 'cus_long', occurredTime: timeOf(239), amount: '1', currency: 'EUR' },
      });
      const page = await stage.visit('#/customers/cus_long');
      const moments = page.locator('ol.touches > li');
      await page.getByText('The first 200 of 251 are shown.').first().waitFor();
      expect(await moments.count()).toBe(200);
      expect(await moments.filter({ hasText: '€1.00' }).count()).toBe(0);
      await page.getByRole('button', { name: 'Show more' }).first().click();
      await moments.nth(250).waitFor();
      await page.reload();
      await moments.nth(250).waitFor();
      const texts = await moments.allTextContents();
      expect(texts.length).toBe(251);
      expect(texts[0]).toContain('Links that name their source');
      expect([texts[239], texts[240], texts.at(-1)]).toEqual([
        expect.stringContaining('touch-239'),
        expect.stringContaining('€1.00'),
        expect.stringContaining('touch-249'),
      ]);
      // That it came into being, and each touch.
      expect(await page.locator('ol.messages > li').count()).toBe(251);
      expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
    });

    test('lose a touch that is undone', async () => {
      const page = await stage.visit('#/customers/cus_ad-then-search');
      await page.getByRole('button', { name: 'Undo this touch' }).last().click();
      await page.getByRole('button', { name: 'Undo it' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await settled(page);
      expect(await page.getByRole('button', { name: 'Undo this touch' }).count()).toBe(2);
      expect(await stage.client.getCustomerLeadSourceCollection({ id: 'cus_ad-then-search' })).toMatchObject([
        { medium: 'cpc' },
        { medium: 'organic' },
      ]);
    });
  });

  describe('channels', () => {
    test('are changed once one has seen what moves, and can be what they were', async () => {
      const page = await stage.visit('#/channels');
      await page.getByRole('button', { name: 'Add a rule at the beginning' }).click();
      await page.getByLabel('Channel').first().fill('Alice & friends <b>');
      const condition = page.locator('.rule').first();
      await condition.getByLabel('Field').selectOption('affiliate');
      await condition.getByLabel('How it is compared').selectOption('in');
      await condition.getByLabel('Values, one per line').fill('alice\nbob, and friends\n');
      expect(await page.getByRole('button', { name: 'Put in force' }).isDisabled()).toBe(true);
      await page.getByLabel('Try on the last … days').fill('365');
      await page.getByRole('button', { name: 'Try these rules' }).click();
      await page.getByText('touches would move.').waitFor();
      await page.getByRole('table').getByText('Alice & friends <b>').waitFor();
      expect(await violations(page, { within: '.stick' })).toEqual([]);
      await page.getByRole('button', { name: 'Put in force' }).click();
      await page.getByText('Version 2, since').waitFor();
      const [first] = (await stage.client.getChannelRules()).rules;
      expect(first).toEqual({
        channel: 'Alice & friends <b>',
        when: [{ field: 'affiliate', op: 'in', value: ['alice', 'bob, and friends'] }],
      });
      await page.getByRole('button', { name: 'Go back to the default rules' }).click();
      await page.getByRole('button', { name: 'Go back', exact: true }).click();
      await page.getByText('the rules that come with leadsource').waitFor();
    });

    test.each([
      ['beginning', 'first'],
      ['end', 'last'],
    ] as const)('lead to a rule that is added at the %s', async (place, which) => {
      const page = await stage.visit('#/channels');
      await page.getByRole('button', { name: `Add a rule at the ${place}` }).focus();
      await page.keyboard.press('Enter');
      const name = page.getByLabel('Channel', { exact: true })[which]();
      await name.and(page.locator(':focus')).waitFor();
      const { x, y, width, height } = (await name.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      const there = `document.elementFromPoint(${x + width / 2}, ${y + height / 2})`;
      expect(await page.evaluate(`document.activeElement === ${there}`)).toBe(true);
      await page.keyboard.type('New channel');
      expect(await page.locator('.rule strong')[which]().textContent()).toBe('New channel');
    });

    test('keep what is typed with its condition when another goes', async () => {
      const page = await stage.visit('#/channels');
      await page.getByRole('button', { name: 'Add a rule at the beginning' }).click();
      const rule = page.locator('.rule').first();
      await rule.getByLabel('Value', { exact: true }).fill('typed, and to go');
      await rule.getByRole('button', { name: 'Add a condition' }).click();
      await rule.getByLabel('Value', { exact: true }).last().fill('to stay');
      await rule.getByRole('button', { name: 'Remove this condition' }).first().click();
      expect(await rule.getByLabel('Value', { exact: true }).inputValue()).toBe('to stay');
      expect(await rule.locator('summary').textContent()).toContain('when medium is to stay');
    });

    test('that somebody else changed in the meantime are not written over, and what is wrong is named', async () => {
      const page = await stage.visit('#/channels');
      await page.getByRole('button', { name: 'Move the rule of Direct down' }).first().click();
      await page.getByRole('button', { name: 'Try these rules' }).click();
      await page.getByText('No touch would move.').waitFor();
      const { rules } = await stage.client.getChannelRules();
      await stage.client.putChannelRules({ body: { rules: rules.slice(1) } });
      await page.getByRole('button', { name: 'Put in force' }).click();
      await page.getByText('changed in the meantime').waitFor();
      await page.getByRole('button', { name: 'Add a rule at the end' }).click();
      await page.getByRole('button', { name: 'Try these rules' }).click();
      await page.getByText('Something is not valid.').waitFor();
      const added = await page.locator('.rule').count();
      await page.locator('.trouble li').getByText(`Rule ${added}, channel`).waitFor();
      await stage.client.deleteChannelRules();
    });
  });

  describe('imports and exports', () => {
    const line = (place: number, more: object = {}) =>
      JSON.stringify({
        id: `t${place}`,
        customerId: 'cus_imported',
        occurredTime: '2025-03-01T12:00:00Z',
        ...more,
      });

    test('take a file, say which lines were not taken and why, and can be undone', async () => {
      const page = await stage.visit('#/imports');
      const lines = [line(1), '', 'not JSON', line(2, { referrer: 'nowhere' }), line(3, { source: markup })];
      await page.getByLabel('A file of touches').setInputFiles({
        name: 'history.ndjson',
        mimeType: 'application/x-ndjson',
        buffer: Buffer.from(`\uFEFF${lines.join('\r\n')}\r\n`),
      });
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByText('2 touches imported').waitFor();
      await page.getByText('Line 3: it is not JSON').waitFor();
      await page.getByText('Line 4: referrer').waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await stage.client.getCustomerLeadSourceCollection({ id: 'cus_imported' })).toHaveLength(2);
      await page.getByRole('button', { name: 'Undo page-' }).click();
      await page.getByRole('button', { name: 'Undo it' }).click();
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page
        .getByText('being undone')
        .or(page.getByRole('cell', { name: 'undone', exact: true }))
        .first()
        .waitFor();
    });

    test('name the lines that were not taken in order, and say by what a CSV is imported', async () => {
      const page = await stage.visit('#/imports');
      const send = async (name: string, text: string) => {
        await page
          .getByLabel('A file of touches')
          .setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
        await page.getByRole('button', { name: 'Import', exact: true }).click();
      };
      const other = page.getByRole('status').getByText('A CSV is imported on the command line');
      await send(
        'some.ndjson',
        [line(1, { id: 'ordered' }), line(2, { referrer: 'nowhere' }), 'a', '{}'].join('\n'),
      );
      await page.getByText('3 lines rejected').waitFor();
      const reasons = await page
        .getByRole('listitem')
        .filter({ hasText: /^Line / })
        .allTextContents();
      expect(reasons.map((reason) => reason.split(':')[0])).toEqual(['Line 2', 'Line 3', 'Line 4']);
      expect(await other.count()).toBe(0);
      await send('some.csv', 'customerId,occurredTime\ncus_1,2026-01-01T12:00:00Z\n');
      await other.waitFor();
      await page.getByText('2 lines rejected').waitFor();
      await send('array.json', `[${Array(1_000).fill(line(1)).join(',')}]`);
      await page.getByText('Line 1: it is longer than 64 KiB, and a touch has a line of its own').waitFor();
      await page.getByText('0 touches imported, 1 line rejected').waitFor();
      await other.waitFor();
      expect(await violations(page)).toEqual([]);
      // Whatever was imported before, one reads it beforehand.
      await stage.visit('#/imports');
      await page.getByText(/^One line of JSON for each.*leadsource import/).waitFor();
    });

    test('whose connection breaks are shown with what was taken, so that they can be undone', async () => {
      const page = await stage.visit('#/imports');
      const lines = Array.from({ length: 1_500 }, (_, place) =>
        line(place, { id: `broken-${place}`, customerId: 'cus_broken' }),
      );
      await page.getByLabel('A file of touches').setInputFiles({
        name: 'broken.ndjson',
        mimeType: 'application/x-ndjson',
        buffer: Buffer.from(lines.join('\n')),
      });
      let parts = 0;
      await page.route('**/lead-sources?*', async (route) => {
        parts += 1;
        if (parts === 1) return route.continue();
        await route.fetch();
        await route.abort();
      });
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByText('More may have been imported than is shown').waitFor();
      const [begun] = await stage.client.getImportCollection({ limit: 1 });
      expect(begun?.addedTouches).toBe(1_500);
      await page
        .getByRole('row', { name: `${begun?.id}` })
        .getByText('1,500')
        .waitFor();
      await page.getByRole('button', { name: `Undo ${begun?.id}` }).waitFor();
    });

    test('show how far a file is while it is sent', async () => {
      const page = await stage.visit('#/imports');
      const lines = Array.from({ length: 1_500 }, (_, place) => line(place, { customerId: 'cus_progress' }));
      await page.getByLabel('A file of touches').setInputFiles({
        name: 'long.ndjson',
        mimeType: 'application/x-ndjson',
        buffer: Buffer.from(lines.join('\n')),
      });
      const isShown = Promise.withResolvers<void>();
      let parts = 0;
      await page.route('**/lead-sources?*', async (route) => {
        parts += 1;
        if (parts === 2) await isShown.promise;
        await route.continue();
      });
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByText('1,000 touches so far').waitFor();
      const bar = page.getByRole('progressbar', { name: 'Part of the file that was read' });
      const share = Number(await bar.getAttribute('value'));
      expect(share).toBeGreaterThan(0.5);
      expect(share).toBeLessThan(0.8);
      expect(await violations(page)).toEqual([]);
      isShown.resolve();
      await page.getByText('1,500 touches imported').waitFor();
      expect(await bar.getAttribute('value')).toBe('1');
      await page.getByText('100%').waitFor();
      await page.unroute('**/lead-sources?*');
    });

    test('go on while their reader looks at something else, and warn who closes the page', async () => {
      const page = await stage.visit('#/imports');
      const lines = Array.from({ length: 1_500 }, (_, place) =>
        line(place, { id: `elsewhere-${place}`, customerId: 'cus_elsewhere' }),
      );
      const buffer = Buffer.from(lines.join('\n'));
      const file = { name: 'long.ndjson', mimeType: 'application/x-ndjson', buffer };
      const isLeft = Promise.withResolvers<void>();
      let parts = 0;
      await page.route('**/lead-sources?*', async (route) => {
        parts += 1;
        if (parts === 2) await isLeft.promise;
        await route.continue();
      });
      await page.getByLabel('A file of touches').setInputFiles(file);
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByText('1,000 touches so far').waitFor();
      await page.getByRole('link', { name: 'Channels' }).click();
      await page.getByText(/^importing, 6\d(\.\d)?%$/).waitFor();
      await settled(page);
      expect(await violations(page, { within: 'header' })).toEqual([]);
      const asked = page.waitForEvent('dialog');
      const closing = page.close({ runBeforeUnload: true });
      const dialog = await asked;
      expect(dialog.type()).toBe('beforeunload');
      await dialog.dismiss();
      await closing;
      isLeft.resolve();
      await page.getByText('importing,').waitFor({ state: 'detached' });
      await page.getByRole('link', { name: 'Imports and exports' }).click();
      await page.getByText('1,500 touches imported').waitFor();
      await page.getByRole('link', { name: 'Channels' }).click();
      await page.getByRole('link', { name: 'Imports and exports' }).click();
      await settled(page);
      expect(await page.getByText('1,500 touches imported').count()).toBe(0);
      await page.unroute('**/lead-sources?*');
    });

    test('end when their reader signs out, who is told so', async () => {
      const page = await stage.open('#/imports');
      const lines = Array.from({ length: 1_500 }, (_, place) =>
        line(place, { customerId: 'cus_signed-out' }),
      );
      const buffer = Buffer.from(lines.join('\n'));
      const file = { name: 'long.ndjson', mimeType: 'application/x-ndjson', buffer };
      let parts = 0;
      const isHeld = Promise.withResolvers<void>();
      await page.route('**/lead-sources?*', async (route) => {
        parts += 1;
        if (parts === 1) await route.continue();
        else isHeld.resolve();
      });
      await page.getByLabel('A file of touches').setInputFiles(file);
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await isHeld.promise;
      const ended = page.waitForEvent('requestfailed');
      await page.getByRole('button', { name: 'Sign out' }).click();
      await page.getByText('An import had not come to its end.').waitFor();
      expect((await ended).url()).toContain('/lead-sources?');
      await page.context().close();
    });

    test('say how far an export is, and what to do where the connection breaks', async () => {
      const page = await stage.visit('#/imports');
      stage.proxy.stallAfter(30_000);
      await page.getByRole('button', { name: 'Export all touches' }).click();
      await page.getByText(/^[1-9]\d* touches so far\.$/).waitFor();
      stage.proxy.cut();
      await page.getByText('The connection broke before the file was complete').waitFor();
      expect(await violations(page)).toEqual([]);
      stage.proxy.mend();
      const touches = await stage.client.getTouchExport();
      const exportingSpend = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export all spend' }).click();
      await page.getByText(/^\d+ (row|rows) of spend exported\.$/).waitFor();
      await exportingSpend;
      const exporting = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Export all touches' }).click();
      await page.getByText(`${touches.length.toLocaleString('en-GB')} touches exported.`).waitFor();
      await exporting;
    });

    test('give every table as a file', async () => {
      const page = await stage.visit('#/imports');
      const tables = {
        touches: await stage.client.getTouchExport(),
        customers: await stage.client.getCustomerExport(),
        conversions: await stage.client.getConversionExport(),
        credits: await stage.client.getCreditExport(),
        spend: await stage.client.getSpendExport(),
      };
      expect(tables.touches.length).toBeGreaterThan(0);
      for (const [table, rows] of Object.entries(tables)) {
        const [download] = await Promise.all([
          page.waitForEvent('download'),
          page.getByRole('button', { name: `Export all ${table}` }).click(),
        ]);
        expect(download.suggestedFilename()).toBe(`${table}.ndjson`);
        const lines = (await readFile(await download.path(), 'utf8'))
          .split('\n')
          .filter((line) => line !== '');
        expect(lines.map((line) => JSON.parse(line))).toEqual(rows);
      }
    });
  });

  describe('settings', () => {
    test('see a visit arrive once one is recorded, also soon after another', async () => {
      const { publishableKey } = await stage.client.postApiKey({
        body: { type: 'publishable', description: 'Live', allowedOrigins: ['https://shop.example'] },
      });
      const visit = async (visitorId: string, origin: string) => {
        const hit = { visitorId, url: 'https://shop.example/', referrer: null };
        const { body } = await capture(stage.service, publishableKey ?? '', hit, { headers: { origin } });
        return (body as CaptureAnswer).recorded;
      };
      const page = await stage.visit('#/settings/tag');
      await page.getByLabel('Your publishable key').fill(publishableKey ?? '');
      await page.getByText(`data-key="${publishableKey}"`).waitFor();
      await page.getByRole('button', { name: 'Watch for my visit' }).click();
      await page.getByText('Waiting for a visit').waitFor();
      expect(await visit('visitor-0001', 'https://elsewhere.example')).toBe(false);
      await page.waitForRequest(/api-keys/);
      await page.waitForResponse(/api-keys/);
      await page.getByText('The key does not allow the origin of the page.').waitFor();
      expect(await violations(page)).toEqual([]);
      expect(await page.getByText('A visit, yours or somebody else').count()).toBe(0);
      expect(await visit('visitor-0002', 'https://shop.example')).toBe(true);
      await page.getByText('A visit, yours or somebody else').waitFor();

      await stage.visit('#/settings/tag');
      await page.getByRole('button', { name: 'Watch for my visit' }).click();
      expect(await visit('visitor-0003', 'https://shop.example')).toBe(true);
      now += 60_000;
      await page.getByText('A visit, yours or somebody else').waitFor();
    });

    test('give no line for a key that must not be on a page', async () => {
      const page = await stage.visit('#/settings/tag');
      const field = page.getByLabel('Your publishable key');
      const copy = page.getByRole('button', { name: 'Copy the line' });
      for (const key of [stage.service.secretKey, ' sk_live_x', 'notARealKey', 'Pk_live_x']) {
        await field.fill(key);
        await page.getByText('That is not a publishable key.').waitFor();
        expect(await field.getAttribute('aria-invalid')).toBe('true');
        expect(await copy.count()).toBe(0);
        expect(await page.getByText('data-key').count()).toBe(0);
      }
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violations(page, { colours: true })).toEqual([]);
      await stage.asAtFirst();
      // Whoever begins to type one is not told off.
      for (const [typed, shown] of Object.entries({ '': 'pk_…', pk: 'pk_…', ' pk_live_x ': 'pk_live_x' })) {
        await field.fill(typed);
        await page.getByText(`data-key="${shown}"`).waitFor();
        expect(await field.getAttribute('aria-invalid')).toBe('false');
        expect(await copy.count()).toBe(1);
      }
    });

    test('say how long what is kept, once one has seen what would be lost', async () => {
      const page = await stage.visit('#/settings/privacy');
      await page.getByLabel('Remove touches after … days').fill('2000');
      expect(await page.getByRole('button', { name: 'Put in force' }).isDisabled()).toBe(true);
      await page.getByRole('button', { name: 'Show what would be lost' }).click();
      await page.getByText('Nothing would be lost now.').waitFor();
      await page.getByRole('button', { name: 'Put in force' }).click();
      await page.getByText('Version 2 is in force.').waitFor();
      expect(await stage.client.getPrivacySettings()).toMatchObject({ removeTouchesAfterDays: 2000 });
    });

    test('say which hosts are one\u2019s own', async () => {
      const page = await stage.visit('#/settings/landing');
      await page.getByLabel('Your own hosts').fill('shop.example\n\nwww.shop.example');
      await page.getByLabel('HubSpot').check();
      await page.getByLabel('Query of landing pages').selectOption('strip');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Version 2 is in force.').waitFor();
      expect(await stage.client.getLandingSettings()).toMatchObject({
        ownHosts: ['shop.example', 'www.shop.example'],
        parameterFamilies: ['hubspot'],
        urlPolicy: { query: 'strip' },
      });
    });

    test('name a field that is not valid as the form does, and mark it', async () => {
      const page = await stage.visit('#/settings/landing');
      const hosts = page.getByLabel('Your own hosts');
      const others = page.getByLabel('Excluded referrers');
      await hosts.fill('shop.example\n\nnot a host\nwww.shop.example\nhttps://shop.example');
      await page.getByRole('button', { name: 'Save' }).click();
      const trouble = page.locator('.trouble li');
      await trouble.first().waitFor();
      expect(await trouble.allTextContents()).toEqual([
        expect.stringMatching(/^Your own hosts, line 3 must be a host/),
        expect.stringMatching(/^Your own hosts, line 5 must be a host/),
      ]);
      expect(await hosts.getAttribute('aria-invalid')).toBe('true');
      const [faultId = '', hintId = ''] = (await hosts.getAttribute('aria-describedby'))?.split(' ') ?? [];
      const [fault, hint] = [faultId, hintId].map((id) => page.locator(`[id="${id}"]`).textContent());
      expect(await fault).toMatch(/^Line 3 must be a host.*\. Line 5 must be a host.*\.$/);
      expect(await hint).toContain('One per line');
      expect(await others.getAttribute('aria-invalid')).toBe('false');
      expect(await violations(page)).toEqual([]);
      // What is changed since then moves no fault to another line.
      await hosts.fill('\nshop.example');
      expect(await trouble.first().textContent()).toContain('line 3');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText(/^Version \d+ is in force\.$/).waitFor();
      expect(await hosts.getAttribute('aria-invalid')).toBe('false');
      expect((await stage.client.getLandingSettings()).ownHosts).toEqual(['shop.example']);

      await stage.visit('#/settings/attribution');
      await page.getByLabel('Time zone of reports').fill('Middle/Earth');
      await page.getByRole('button', { name: 'Save and recompute' }).click();
      await page.locator('.trouble li').getByText('Time zone of reports').waitFor();
      expect(await page.getByLabel('Time zone of reports').getAttribute('aria-invalid')).toBe('true');
    });

    test('make keys, show them once, and revoke them', async () => {
      const page = await stage.visit('#/settings/keys');
      await page.getByRole('button', { name: 'Create a key' }).click();
      await page.getByLabel('What is it for?').fill('Warehouse');
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Create it' }).click();
      const secretKey = await page.getByRole('dialog').locator('code').textContent();
      // Without TLS a page that comes from another machine may not write to the clipboard.
      await page.evaluate('delete Navigator.prototype.clipboard');
      await page.getByRole('button', { name: /^Copy / }).click();
      await page.getByRole('button', { name: /^Selected: / }).waitFor();
      expect(await page.evaluate('String(getSelection())')).toBe(secretKey);
      await page.getByRole('button', { name: 'I have copied it' }).click();
      const warehouse = createClient({ url: stage.url, secretKey: secretKey ?? '' });
      expect(await warehouse.getCustomerCollection({ limit: 1 })).toHaveLength(1);
      await page.getByRole('button', { name: 'Revoke Warehouse' }).click();
      await page.getByRole('button', { name: 'Revoke it' }).click();
      await page.getByRole('button', { name: 'Revoke Warehouse' }).waitFor({ state: 'detached' });
      await expect(warehouse.getCustomerCollection()).rejects.toMatchObject({ status: 401 });
    });

    test('add a webhook, show what became of each message, and send one again', async () => {
      const page = await stage.visit('#/settings/webhooks');
      await page.getByRole('button', { name: 'Add a webhook' }).click();
      await page.getByLabel('Address of the receiver').fill(`${receiver.url}/leads`);
      await page.getByRole('button', { name: 'Add it' }).click();
      await page.getByText(/^whsec_/).waitFor();
      await page.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByText('Nothing has been sent yet.').waitFor();
      await stage.client.putCustomerLeadSource({ id: 'cus_told', body: { source: 'webhooks' } });
      await receiver.until(2);
      const delivered = page.getByText('delivered');
      // What the receiver has taken is noted right after.
      while ((await delivered.count()) < 2) {
        await page.getByRole('button', { name: 'Refresh' }).click();
        await settled(page);
      }
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Send again: lead-source-changed of cus_told' }).click();
      expect((await receiver.until(3)).map(({ body }) => body.customerId)).toEqual(Array(3).fill('cus_told'));
    });

    test('turn a webhook off, replace its secret and remove it', async () => {
      const [webhook] = await stage.client.getWebhookCollection();
      const page = await stage.visit(`#/settings/webhooks/${webhook?.id}`);
      // What somebody else changed in the meantime stays.
      const { id = '', url = '', method } = webhook ?? {};
      const eventsFilter = ['customer-merged' as const];
      await stage.client.putWebhook({ id, body: { url, method, eventsFilter } });
      await page.getByRole('button', { name: 'Make inactive' }).click();
      await page.getByRole('button', { name: 'Make active' }).waitFor();
      expect(await stage.client.getWebhook({ id })).toMatchObject({ eventsFilter, status: 'inactive' });
      await page.getByRole('button', { name: 'Replace the secret' }).click();
      await page.getByText(/^whsec_/).waitFor();
      await page.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('button', { name: 'Remove', exact: true }).click();
      await page.getByRole('button', { name: 'Remove it' }).click();
      await page.getByText('There are no webhooks.').waitFor();
      expect(await stage.client.getWebhookCollection()).toEqual([]);
    });
  });

  describe('while the service is away', () => {
    const advice = 'Check that it runs and that you are connected, then try again.';
    afterEach(() => stage.proxy.mend());

    test('a write says what to do, keeps what was filled in, and is done once it is back', async () => {
      const page = await stage.visit('#/settings/landing');
      await page.getByLabel('Excluded referrers').fill('pay.example');
      stage.proxy.cut();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText(advice).waitFor();
      expect(await page.getByLabel('Excluded referrers').inputValue()).toBe('pay.example');
      stage.proxy.mend();
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText(/^Version \d+ is in force\.$/).waitFor();
      expect(await stage.client.getLandingSettings()).toMatchObject({ excludedHosts: ['pay.example'] });
    });

    test('an import and an export say what to do, and are done once it is back', async () => {
      const page = await stage.visit('#/imports');
      const touch = { id: 'away-1', customerId: 'cus_away', occurredTime: '2025-03-01T12:00:00Z' };
      const buffer = Buffer.from(`${JSON.stringify(touch)}\n`);
      const file = { name: 'away.ndjson', mimeType: 'application/x-ndjson', buffer };
      await page.getByLabel('A file of touches').setInputFiles(file);
      const [start, exporting] = ['Import', 'Export all spend'].map((name) =>
        page.getByRole('button', { name, exact: true }),
      );
      // The list of imports, which is read anew after each, may say the same.
      const [inForm, belowExports] = ['form', 'h2:text-is("Exports") ~ *'].map((place) =>
        page.locator(place).getByText(advice),
      );
      stage.proxy.cut();
      await start?.click();
      await inForm?.waitFor();
      stage.proxy.mend();
      await start?.click();
      await page.getByText('1 touch imported').waitFor();
      await start?.click();
      await page.getByText('1 already there').waitFor();
      expect(await stage.client.getCustomerLeadSourceCollection({ id: 'cus_away' })).toHaveLength(1);
      stage.proxy.cut();
      await exporting?.click();
      await belowExports?.waitFor();
      stage.proxy.mend();
      const download = page.waitForEvent('download');
      await exporting?.click();
      expect((await download).suggestedFilename()).toBe('spend.ndjson');
    });
  });

  test('nothing went wrong unseen, and nobody else was asked for anything', () => {
    expect(stage.faults).toEqual([]);
  });
});
