import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { lackOfChromium } from '../../capture/test/support/chromium.ts';
import { countOf } from '../../server/test/support/counts.ts';
import { type DrawnBars, drawnBands, drawnBars, keepCharts } from './support/charts.ts';
import {
  amountIn,
  asked,
  cellsOf,
  figureOf,
  netOfEverySource,
  recountedCredits,
  viewed,
} from './support/figures.ts';
import { go, Stage, settled, violations } from './support/stage.ts';
import { markup, storyTime, tellStory } from './support/story.ts';
import { picturedViews } from './support/views.ts';

const lack = lackOfChromium();
if (lack !== null && process.env['CI'] === 'true') throw new Error(lack);

/** The figures of a table by column, beside the bars that are drawn of them; none counts as zero. */
function expectDrawn(
  { series, pixel }: DrawnBars,
  titles: readonly string[],
  rows: readonly string[][],
): void {
  expect(series.length).toBeGreaterThan(0);
  for (const { name, figures, lengths } of series) {
    const shown = rows.map((cells) => Number(amountIn(cells[titles.indexOf(name)]) || 0));
    expect(figures).toEqual(shown);
    const tooLongOrShort = lengths.filter((length, place) => Math.abs(length - (shown[place] ?? 0)) > pixel);
    expect(tooLongOrShort).toEqual([]);
  }
}

/** Lets a page wait as long as it takes for what it does not wait for long: here the machine may be busy. */
function neverTooLong(): void {
  const later = globalThis.setTimeout;
  const most = 1_000;
  globalThis.setTimeout = ((act: () => void, milliseconds = 0) => {
    return milliseconds > most ? 0 : later(act, milliseconds);
  }) as typeof setTimeout;
}

describe.skipIf(lack !== null)(`the pages of reports${lack === null ? '' : ` (${lack})`}`, () => {
  let now = storyTime;
  let stage: Stage;
  let page: Page;
  beforeAll(async () => {
    stage = await Stage.start({}, () => now++);
    await tellStory(stage.service);
    const ofNobody = { customerId: 'cus_unseen', occurredTime: '2026-11-03T10:00:00Z', currency: 'USD' };
    await stage.client.postConversion({ body: { ...ofNobody, amount: '77.70' } });
    page = await stage.open('#/nowhere/before');
    await keepCharts(page);
  });
  afterAll(() => stage?.[Symbol.asyncDispose]());

  test.each(['Pacific/Honolulu', 'Pacific/Kiritimati'])(
    'end today in the reporting zone, for a reader in %s',
    async (timezoneId) => {
      const abroad = await stage.open('#/nowhere/yet', { timezoneId });
      await abroad.clock.setFixedTime(
        new Date(`2026-11-27T${timezoneId === 'Pacific/Honolulu' ? '05' : '15'}:00:00Z`),
      );
      await abroad.evaluate(neverTooLong);
      await go(abroad, '#/overview');
      await settled(abroad);
      const shown = ['From', 'To'].map((label) => abroad.getByLabel(label, { exact: true }).inputValue());
      expect(await Promise.all(shown)).toEqual(['2026-08-30', '2026-11-27']);
      await abroad.context().close();
    },
  );

  describe('show the official figures:', () => {
    test('the overview says what the report says, in sum, over time and by channel', async () => {
      await go(page, `#/overview?${viewed}&model=linear`);
      const report = await stage.client.getAttributionReport(asked);
      const total = report.totals.credits.linear;
      expect(amountIn(await figureOf(page, 'Net revenue'))).toBe(total?.net);
      expect(await figureOf(page, 'Conversions')).toBe(String(total?.conversions));
      expect(await figureOf(page, 'New customers')).toBe(String(total?.newCustomers));
      const shown = await cellsOf(page, 'First touch against last touch');
      const net = shown.map(([channel, first, last]) => [channel, amountIn(first), amountIn(last)]);
      const rows = report.rows.map(({ values, unattributed, credits }) => [
        unattributed ? '(unattributed)' : values.channel,
        credits.first?.net,
        credits.last?.net,
      ]);
      expect(net.toSorted()).toEqual(rows.toSorted());
      // Whatever no touch led to, none brought or closed.
      const leanings = shown.map(([channel, , , leaning]) => [channel === '(unattributed)', leaning === '–']);
      expect(leanings.filter(([isUnattributed]) => isUnattributed)).toEqual([[true, true]]);
      expect(leanings.filter(([, isEmpty]) => isEmpty)).toEqual([[true, true]]);
      await page.getByText('As a table').click();
      const overTime = (await cellsOf(page, 'Net revenue over time')).flatMap(([, ...cells]) => cells);
      const cents = overTime.map((cell) => Math.round(Number(amountIn(cell)) * 100));
      expect(cents.reduce((sum, amount) => sum + amount, 0)).toBe(Math.round(Number(total?.net) * 100));
    });

    test('the table of two dimensions says what the report says, row by row, and so does its file', async () => {
      await go(
        page,
        `#/attribution?${viewed}&dimension=channel,campaign&models=first,time-decay&measure=revenue`,
      );
      const question = { ...asked, dimension: 'channel,campaign', models: 'first,time-decay', limit: 1000 };
      const report = await stage.client.getAttributionReport(question);
      const shown = await cellsOf(page, 'Attribution');
      expect(
        shown.map(([channel, campaign, ...amounts]) => [channel, campaign, ...amounts.map(amountIn)]),
      ).toEqual(
        report.rows.map(({ values, unattributed, spend, credits }) => [
          unattributed ? '(unattributed)' : values.channel,
          unattributed ? '(unattributed)' : (values.campaign ?? '(not set)'),
          spend ?? '',
          credits.first?.revenue,
          credits['time-decay']?.revenue,
        ]),
      );
      const [foot = []] = await cellsOf(page, 'Attribution', 'tfoot');
      const { totals } = report;
      expect(foot.slice(2).map(amountIn)).toEqual([
        totals.spend,
        totals.credits.first?.revenue,
        totals.credits['time-decay']?.revenue,
      ]);
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'Download as CSV' }).click(),
      ]);
      const file = stage.client.getAttributionReport(question, { headers: { accept: 'text/csv' } });
      expect(await readFile(await download.path(), 'utf8')).toBe(await (await file.response()).text());
      expect(download.suggestedFilename()).toBe('attribution-2026-06-01-2026-11-22.csv');
    });

    test('the page, the API, the command line, CSV and a recount of the exported credits say the same', async () => {
      const counted = await recountedCredits(stage.service);
      for (const [name, net] of Object.entries(await netOfEverySource(stage, page)))
        expect(net, name).toEqual(counted.net);
      await go(page, `#/overview?${viewed}&model=linear`);
      expect(counted.unattributedShare).toBeGreaterThan(0);
      const shown = Number.parseFloat(await figureOf(page, 'Unattributed'));
      expect(Math.abs(shown - counted.unattributedShare * 100)).toBeLessThanOrEqual(0.05);
    });

    test('a period beside the one before it says by how much each number differs', async () => {
      await go(page, `#/attribution?currency=USD&from=2026-10-01&to=2026-10-31&models=linear&compare=before`);
      const ask = (periodStart: string, periodEnd: string) =>
        stage.client.getAttributionReport({ periodStart, periodEnd, currency: 'USD', models: 'linear' });
      const [october, before] = [
        await ask('2026-10-01', '2026-11-01'),
        await ask('2026-08-31', '2026-10-01'),
      ];
      const shown = await cellsOf(page, 'Attribution');
      const changes = october.rows.map(({ values, credits }) => {
        const was = before.rows.find((row) => row.values.channel === values.channel)?.credits.linear?.net;
        if (was === undefined) return 'new';
        const share = ((Number(credits.linear?.net) - Number(was)) / Number(was)) * 100;
        return `${share > 0 ? '+' : ''}${Number(share.toFixed(1))}%`;
      });
      expect(changes).toHaveLength(shown.length);
      expect(shown.map((cells) => cells.at(-1)?.split('\n').at(-1)?.replaceAll(',', ''))).toEqual(changes);
      for (const [measure, growing, from] of [
        ['net', 'better', '2026-10-01'],
        // In October alone no refund is another than before.
        ['refunds', 'worse', '2026-08-01'],
      ]) {
        await go(
          page,
          `#/attribution?currency=USD&from=${from}&to=2026-10-31&models=linear&compare=before&measure=${measure}`,
        );
        const told = await page
          .locator('.change:not(.faint)')
          .evaluateAll((all) => all.map((each) => [each.textContent?.[0], each.className]));
        expect(told.length, measure).toBeGreaterThan(0);
        for (const [sign, name] of told)
          expect(name === `change ${growing}`, `${measure} ${sign} ${name}`).toBe(sign === '+');
      }
      // A quotient that there is not is no number that one could compare.
      await go(
        page,
        `#/attribution?currency=USD&from=2026-10-01&to=2026-10-31&models=linear&compare=before&measure=cac`,
      );
      const costs = (await cellsOf(page, 'Attribution')).map((cells) => cells.at(-1) ?? '');
      const missing = costs.filter((cost) => cost.startsWith('–'));
      expect(missing.length).toBeGreaterThan(0);
      expect(new Set(missing)).toEqual(new Set(['–']));
    });

    test('bands from touch to touch are as high as the paths of the table below them are frequent', async () => {
      await go(page, `#/journeys?${viewed}`);
      const paths = (await cellsOf(page, 'Paths')).filter(([path]) => !path?.startsWith('(')).slice(0, 15);
      const longest = Math.max(...paths.map(([path = '']) => path.split('\n').length));
      const frequencies: Record<string, number> = {};
      for (const [path = '', conversions] of paths) {
        const steps = path.split('\n').slice(-4);
        for (const [place, from] of steps.entries()) {
          const band = `${from} to ${steps[place + 1] ?? 'Conversion'}, column ${Math.min(longest, 4) + 1 - steps.length + place}`;
          frequencies[band] = (frequencies[band] ?? 0) + Number(conversions);
        }
      }
      const bands = await drawnBands(page, /went from one touch to the next/);
      expect(
        Object.fromEntries(
          bands.map(({ from, to, toColumn, value }) => [
            `${from} to ${to}, column ${toColumn}`,
            Math.round(value * 1000) / 1000,
          ]),
        ),
      ).toEqual(frequencies);
    });

    test('bars over time are as long as the figures of the table below them', async () => {
      await go(page, `#/overview?${viewed}&model=linear`);
      await page.getByText('As a table').click();
      const name = 'Net revenue over time';
      const titles = await page.getByRole('table', { name }).locator('thead th').allInnerTexts();
      const rows = await cellsOf(page, name);
      const drawn = await drawnBars(page, /^Net revenue by channel/);
      expect(drawn.labels).toEqual(rows.map(([from]) => from));
      expect(drawn.series.map((series) => series.name)).toEqual(titles.slice(1));
      expectDrawn(drawn, titles, rows);
    });

    test('bars of models beside each other are as long as the figures of the table below them', async () => {
      await go(page, `#/attribution?${viewed}&models=first,last,linear`);
      const titles = await page
        .getByRole('table', { name: 'Attribution' })
        .locator('thead th')
        .allInnerTexts();
      const rows = (await cellsOf(page, 'Attribution')).slice(0, 12);
      const drawn = await drawnBars(page, /one bar per model/);
      expect(drawn.labels).toEqual(rows.map(([channel]) => channel));
      expect(drawn.series.map(({ name }) => name)).toEqual(['First touch', 'Last touch', 'Linear']);
      expectDrawn(drawn, titles, rows);
    });

    test('journeys say what the report says', async () => {
      await go(page, `#/journeys?${viewed}`);
      const report = await stage.client.getJourneyReport({ ...asked, limit: 50 });
      const shown = await cellsOf(page, 'Paths');
      expect(
        shown.map(([path, conversions, net]) => [path?.split('\n'), Number(conversions), amountIn(net)]),
      ).toEqual(
        report.rows.map(({ path, conversions, net }) => [
          path.length === 0 ? ['(unattributed)'] : path,
          conversions,
          net,
        ]),
      );
      expect(await figureOf(page, 'Customers')).toBe(String(report.totals.customers));
      expect(await figureOf(page, 'Time to convert')).toMatch(/days$/);
    });
  });

  test('figures and times are as the reader writes them, wherever the reader is', async () => {
    const german = await stage.open('#/customers/cus_affiliate-refunded', {
      locale: 'de-DE',
      timezoneId: 'America/New_York',
    });
    const { occurredTime } = await stage.client.getConversion({ id: 'order-affiliate-refunded' });
    const [date = ''] = occurredTime.split('T');
    const day = date.split('-').toReversed().join('.');
    await german.locator('li.conversion').getByText('89,00\u00a0€', { exact: true }).waitFor();
    await german.locator('li.conversion').getByText(`${day}, 13:45`).waitFor();
    await german.context().close();
  });

  test('a number leads to its conversions, and these to who is credited and why', async () => {
    await go(page, '#/attribution?dimension=source&models=first&currency=EUR&from=2026-11-01&to=2026-11-23');
    await page.getByRole('link', { name: markup }).click();
    await page.getByText('1–1 of 1').waitFor();
    await page.getByText('<b>bold</b>', { exact: true }).waitFor();
    await page.getByText(/^Only those with occurredTime:2026-11-01T\S+;currency:EUR$/).waitFor();
    expect(await page.title()).toBe('Attribution – leadsource');
    await page.getByText('Who is credited, and why').click();
    await page.getByText('€1,234.56 (100%)').waitFor();
    expect(await violations(page, { within: 'main' })).toEqual([]);
    await page.reload();
    await page.getByRole('link', { name: 'cus_markup' }).click();
    await page.getByRole('heading', { name: 'cus_markup' }).waitFor();
    await page.goBack();
    await page.getByText('1–1 of 1').waitFor();
  });

  test('what an affiliate gets leads to its conversions, and these to the part that it has by the model of the statement', async () => {
    await go(page, '#/affiliates?from=2026-11-22&model=linear');
    await page.getByRole('link', { name: markup }).click();
    await page.getByText('1–1 of 1').waitFor();
    await page.getByText('Only those with currency:EUR').waitFor();
    await page.getByText(/^Only those from .*2026.* to .*2026.* \(.+\)$/).waitFor();
    await page.getByText('Who is credited, and why').click();
    await page.getByText('€1,234.56 (100%)').waitFor();
    expect(await page.getByLabel('Model').inputValue()).toBe('linear');
    await page.getByRole('link', { name: 'Affiliates' }).last().click();
    await page.getByRole('table', { name: 'Statement' }).waitFor();
  });

  test.each([
    ['an affiliate', '#/affiliates?from=2026-11-22', 'Statement'],
    [
      'a step of a journey',
      '#/journeys?dimension=source&currency=EUR&from=2026-11-22&to=2026-11-23',
      'Paths',
    ],
    [
      'what was spent on',
      '#/attribution?dimension=source&currency=EUR&from=2026-11-22&to=2026-11-23',
      'Attribution',
    ],
  ])('a lead source full of markup is text as %s', async (_, hash, table) => {
    await go(page, hash);
    const row = (await cellsOf(page, table)).find(([first]) => first === markup);
    expect(row?.join()).toContain(table === 'Attribution' ? '€12.34' : '€1,234.56');
    expect(await page.locator('main img, main script').count()).toBe(0);
    expect(await page.title()).toMatch(/ – leadsource$/);
  });

  test('a channel of the overview leads to what it consists of, and back to all', async () => {
    await go(page, `#/overview?${viewed}`);
    await page.getByRole('link', { name: 'Email' }).click();
    await page.getByText('Only what came through').waitFor();
    await settled(page);
    expect(await cellsOf(page, 'Attribution')).not.toEqual([]);
    await page.getByRole('button', { name: 'Show all channels' }).click();
    await page.getByText('Only what came through').waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('channel=');
  });

  test('begin with the currency that is used most', async () => {
    await go(page, '#/attribution');
    const currency = page.getByLabel('Currency');
    expect(await currency.locator('option').allInnerTexts()).toEqual(['EUR', 'USD']);
    expect(await currency.inputValue()).toBe('USD');
  });

  test('what is chosen stays in the address: period, dimensions, models, measure and currency', async () => {
    await go(page, '#/attribution?currency=EUR');
    await page.getByLabel('Currency').selectOption('USD');
    await page.getByLabel('From').fill('2026-09-01');
    await page.getByLabel('By', { exact: true }).selectOption('source');
    await page.getByLabel('And by').selectOption('medium');
    await page.getByLabel('Measure').selectOption('conversions');
    await page.getByLabel('Time decay').check();
    await page.getByLabel('First touch').uncheck();
    const address = page.url();
    await page.reload();
    await settled(page);
    expect(page.url()).toBe(address);
    expect(await page.getByLabel('From').inputValue()).toBe('2026-09-01');
    const titles = page.getByRole('table', { name: 'Attribution' }).locator('thead th');
    expect(await titles.allInnerTexts()).toEqual([
      'Source',
      'Medium',
      'Spend',
      'Last touch',
      'Linear',
      'Time decay',
    ]);
  });

  test('a period that ends before it begins says what to change', async () => {
    await page.goto(`${stage.url}/#/overview?currency=USD&from=2026-09-02&to=2026-09-01`);
    await page.getByText('Something is not valid.').waitFor();
    await page.getByText('periodEnd').waitFor();
  });

  test('a report that takes long says so, and one that never comes what to do', async () => {
    const slow = await stage.open('#/nowhere/before');
    await settled(slow);
    await slow.clock.install();
    await slow.route('**/reports/**', () => {});
    await slow.evaluate(`location.hash = '#/journeys'`);
    await slow.getByText('Loading…').waitFor();
    // The time zone is not waited for long, and then the report for as long as it takes.
    await slow.clock.runFor(2_500);
    await slow.clock.runFor(6_000);
    await slow.getByText('This takes longer than usual.').waitFor();
    await slow.clock.runFor(30_000);
    await slow.clock.runFor(40_000);
    await slow.getByText('The service did not answer in time.').waitFor();
    await slow.unroute('**/reports/**');
    await slow.getByRole('button', { name: 'Try again' }).click();
    await slow.getByRole('heading', { name: 'Most frequent paths' }).waitFor();
    await slow.context().close();
  });

  test('a customer’s timeline has each conversion with its credits and the sentence why', async () => {
    await go(page, '#/customers/cus_ad-then-search');
    const { journey } = await stage.client.getConversionAttribution({ id: 'order-ad-then-search' });
    const card = page.locator('li.conversion');
    await card.getByText('US$129.00', { exact: true }).waitFor();
    for (const model of ['last-non-direct', 'linear', 'first'] as const) {
      await card.getByLabel('Model').selectOption(model);
      const said = await card.locator('.credits li').allInnerTexts();
      expect(said).toHaveLength(3);
      for (const [place, { credits }] of journey.entries()) {
        expect(said[place]).toContain(credits[model].reason);
        expect(said[place]).toContain(`US$${credits[model].amount}`);
      }
    }
    await go(page, '#/customers/cus_affiliate-refunded');
    await page.getByText('€30.00 was refunded: €59.00 is left.').waitFor();
  });

  test('a customer’s page tells the story of the demo: a bookmark says nothing of where one came from', async () => {
    await go(page, '#/customers/cus_ad-then-search');
    const sides = await page.locator('.pair section').allInnerTexts();
    expect(sides.map((side) => side.split('\n').filter((line) => line !== ''))).toEqual([
      expect.arrayContaining(['Original', 'cpc', 'google', 'spring', '/spring']),
      expect.arrayContaining(['Most recent', 'organic', 'google', 'https://www.google.com/', '/shoes']),
    ]);
    const tags = await page.locator('.touches > li:not(.conversion) .tags').allInnerTexts();
    expect(tags.map((text) => text.replaceAll('\n', ' '))).toEqual([
      'Paid Search Original captured on a page by demo',
      'Organic Search Most recent captured on a page by demo',
      'Direct In between captured on a page by demo',
    ]);
    await go(page, '#/customers/cus_sales-call');
    expect(await page.locator('.touches .tag.most-recent').count()).toBe(1);
    expect(await page.locator('.touches > li').allInnerTexts()).toEqual(
      ['Paid Social', 'Email', 'Sales', 'US$2,400.00', 'Email', 'Direct', 'US$1,200.00'].map((words) =>
        expect.stringContaining(words),
      ),
    );
  });

  test('whoever may not see conversions sees the rest of a customer, and what is missing', async () => {
    const { token } = await stage.client.postToken({
      body: { permissions: ['customers:read', 'lead-sources:read'] },
    });
    const other = await stage.open('#/customers/cus_ad-then-search', { credential: token });
    await other.getByText('this takes the permission conversions:read').waitFor();
    expect(await other.getByRole('button', { name: 'Undo this touch' }).count()).toBe(3);
    await other.context().close();
  });

  test('an affiliate period is closed as it was shown, and what changes later is in the next', async () => {
    await go(page, '#/affiliates?from=2026-10-01&until=2026-11-20');
    const open = await stage.client.getAffiliateReport({
      periodStart: '2026-10-01',
      periodEnd: '2026-11-20',
    });
    const shown = await cellsOf(page, 'Statement');
    expect(
      shown.map(([affiliate, , , , , , gross, , net]) => [affiliate, amountIn(gross), amountIn(net)]),
    ).toEqual(
      open.rows.map(({ affiliate, currency, gross, net }) =>
        currency === null ? [affiliate, '', ''] : [affiliate, gross, net],
      ),
    );
    await page.getByRole('button', { name: 'Close the period' }).press('Enter');
    expect(await violations(page, { within: 'dialog' })).toEqual([]);
    await page.getByRole('button', { name: 'Close it' }).press('Enter');
    await page.getByRole('heading', { name: 'A closed period' }).waitFor();
    await settled(page);
    expect(await cellsOf(page, 'Statement')).toEqual(shown);
    const [period] = await stage.client.getAffiliatePeriodCollection();
    expect(period).toMatchObject({ periodStart: open.periodStart, periodEnd: open.periodEnd });
    expect((await stage.client.getAffiliatePeriod({ id: period?.id ?? '' })).rows).toEqual(open.rows);
    await stage.client.postConversionRefund({ id: 'order-affiliate-refunded', body: { amount: '9.00' } });
    await page.getByRole('link', { name: 'Affiliates' }).first().click();
    await page.getByText('an earlier period').waitFor();
    await page.getByRole('cell', { name: 'an earlier period refund' }).waitFor();
    await page.getByRole('link', { name: 'an earlier period' }).click();
    await page.getByRole('heading', { name: 'A closed period' }).waitFor();
    await settled(page);
    expect(await cellsOf(page, 'Statement')).toEqual(shown);
  });

  test('an affiliate period is by the model of the settings, and closed with the edges that were shown or not at all', async () => {
    await stage.client.putAffiliateSettings({ body: { model: 'linear' } });
    const before = await stage.client.getAffiliatePeriodCollection();
    if (before.length === 0) {
      const body = { periodStart: '2026-10-01', periodEnd: '2026-11-20', model: 'first' as const };
      await stage.client.postAffiliatePeriod({ body });
    }
    await go(page, '#/affiliates?until=2026-11-22');
    const { periodStart } = await stage.client.getAffiliateReport({ periodEnd: '2026-11-22' });
    await page.getByText(/^From .*, linear\.$/).waitFor();
    expect(await page.getByLabel('Model').inputValue()).toBe('linear');
    await page.getByRole('button', { name: 'Close the period' }).click();
    const other = await stage.client.postAffiliatePeriod({ body: { periodEnd: '2026-11-21' } });
    await page.getByRole('button', { name: 'Close it' }).click();
    await page.getByText('must be the end of the period that was closed last').waitFor();
    const periods = await stage.client.getAffiliatePeriodCollection();
    expect(periods.at(-1)).toMatchObject({ id: other.id, periodStart, model: 'linear' });
  });

  /** The page may not have asked how far they are when they are done. */
  async function creditsAreComputed(): Promise<void> {
    const isApplied = async () =>
      expect(await stage.client.getAttributionSettings()).toMatchObject({ isApplied: true });
    await vi.waitFor(isApplied, { timeout: 60_000, interval: 20 });
    await page.getByText('Recomputing credits').waitFor({ state: 'detached' });
  }

  test('other attribution settings are computed while one watches, and can be what they were', async () => {
    await go(page, '#/settings/attribution');
    await page.getByLabel('Of the first touch').fill('0.5');
    await page.getByRole('button', { name: 'Save and recompute' }).click();
    await page.locator('.trouble').getByText('Position-based').waitFor();
    await page.getByLabel('Of the last touch').fill('0.3');
    await page.getByLabel('Time zone of reports').fill('Europe/Vienna');
    await page.getByRole('button', { name: 'Save and recompute' }).click();
    await page.getByText('Version 2 is in force.').waitFor();
    await creditsAreComputed();
    expect(await stage.client.getAttributionSettings()).toMatchObject({
      positionWeights: [0.5, 0.2, 0.3],
      reportingTimezone: 'Europe/Vienna',
      isApplied: true,
    });
    await page.getByRole('button', { name: 'Go back to the default' }).click();
    await page.getByText('Version 3 is in force.').waitFor();
    await creditsAreComputed();
    expect(await stage.client.getAttributionSettings()).toMatchObject({ isDefault: true });
  });

  describe('of another organization', () => {
    let second: Stage;
    let other: Page;
    beforeAll(async () => {
      second = await Stage.start({}, () => now++, stage);
      other = await second.open('#/nowhere/before');
    });
    afterAll(async () => {
      expect(second.faults).toEqual([]);
      await other.context().close();
      await second[Symbol.asyncDispose]();
    });

    test('that has nothing yet, each view says the next step', async () => {
      const noConversions = 'There are no conversions in this period.';
      const steps: Readonly<Record<keyof typeof picturedViews, string>> = {
        overview: noConversions,
        attribution: noConversions,
        conversions: 'There are no such conversions.',
        journeys: noConversions,
        customers: 'There are no customers yet.',
        customer: 'There is nothing here.',
        affiliates: 'No affiliate sent anybody in this period.',
        'affiliate-period': 'There is nothing here.',
        channels: 'Change one to see what it would do.',
        imports: 'Nothing has been imported yet.',
        tag: 'There is no publishable key yet.',
        credits: 'Version 1 is in force.',
        landing: 'Version 1 is in force.',
        privacy: 'Version 1 is in force.',
        keys: 'Made at the first start',
        webhook: 'There is nothing here.',
        webhooks: 'There are no webhooks.',
        changes: 'organization created',
      };
      for (const [view, sentence] of Object.entries(steps)) {
        await go(other, picturedViews[view as keyof typeof picturedViews]);
        await other.getByText(sentence).waitFor();
      }
      expect(await violations(other)).toEqual([]);
    });

    test('that has thousands of sources, they are a table that still answers, and the rest a row', async () => {
      const sources = Array.from({ length: countOf(10_000) }, (_, place) => `source-${place}`);
      const [customerId, occurredTime] = [(source: string) => `cus_${source}`, '2026-11-10T12:00:00Z'];
      await second.client.postLeadSourceCollection({
        lines: sources.map((source) => ({ customerId: customerId(source), occurredTime, source })),
      });
      await second.client.postConversionBulk({
        lines: sources.map((source) => ({
          customerId: customerId(source),
          occurredTime,
          amount: '0.10',
          currency: 'EUR',
        })),
      });
      await go(other, '#/attribution?dimension=source&models=first&from=2026-11-01&to=2026-11-30');
      const shown = await cellsOf(other, 'Attribution');
      expect(shown).toHaveLength(201);
      expect(shown.at(-1)?.[0]).toBe('(all others)');
      const [foot] = await cellsOf(other, 'Attribution', 'tfoot');
      expect(amountIn(foot?.at(-1))).toBe((sources.length / 10).toFixed(2));
    });

    test('whose customers take short paths, these are drawn over the whole width', async () => {
      const at = (day: string) => ({ customerId: 'cus_short', occurredTime: `2026-11-${day}T12:00:00Z` });
      const lines = [
        { ...at('09'), medium: 'email' },
        { ...at('10'), medium: 'organic' },
      ];
      await second.client.postLeadSourceCollection({ lines });
      await second.client.postConversion({ body: { ...at('11'), amount: '1.00', currency: 'CHF' } });
      await keepCharts(other);
      await other.reload();
      await settled(other);
      await go(other, '#/journeys?currency=CHF&from=2026-11-01&to=2026-11-30');
      await other.locator('.chart[aria-busy=false]').waitFor();
      const [toSecond = 1, toEnd = 1] = (await drawnBands(other, /went from one touch to the next/)).map(
        ({ left }) => left,
      );
      expect(toSecond).toBeLessThan(0.1);
      expect(Math.abs(toEnd - 0.5)).toBeLessThan(0.1);
    });
  });

  test('nothing went wrong unseen, and nobody else was asked for anything', () => {
    expect(stage.faults).toEqual([]);
  });
});
