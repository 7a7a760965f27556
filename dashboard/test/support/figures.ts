import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttributionReport } from '@leadsource/client';
import Papa from 'papaparse';
import type { Page } from 'playwright-core';
import { attributionModels } from '../../../server/src/domain/attribution-models.ts';
import { commandLine } from '../../../server/test/support/command-line.ts';
import { creditsIn, recount } from '../../../server/test/support/credit-recount.ts';
import { go, type Stage } from './stage.ts';

const period = { from: '2026-06-01', to: '2026-11-22' };
/** What these tests ask the service for, and the page. */
export const asked = { periodStart: '2026-06-01', periodEnd: '2026-11-23', currency: 'USD' };
export const viewed = `currency=USD&from=${period.from}&to=${period.to}`;

/** What the cells of a table say, row by row. */
export function cellsOf(page: Page, name: string, part: 'tbody' | 'tfoot' = 'tbody'): Promise<string[][]> {
  const rows = page.getByRole('table', { name, exact: true }).locator(`${part} tr`);
  return rows.evaluateAll((found) =>
    found.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.innerText)),
  );
}

/** The amount that a text shows, without its currency and the marks between its digits. */
export const amountIn = (text: string | undefined) => text?.replaceAll(/[^\d.-]/g, '');

export const figureOf = (page: Page, figure: string) =>
  page
    .locator('.figure', { has: page.getByText(figure, { exact: true }) })
    .locator('dd')
    .first()
    .innerText();

const unattributed = '(unattributed)';

/** Net revenue of each channel, in the order of the models. */
type NetByChannel = ReadonlyMap<string | undefined, readonly (string | undefined)[]>;

/** As each says it that can be asked. */
export async function netOfEverySource(
  { service, client }: Stage,
  page: Page,
): Promise<Readonly<Record<string, NetByChannel>>> {
  const { currency, periodStart, periodEnd } = asked;
  const dates = ['--period-start', periodStart, '--period-end', periodEnd];
  const words = ['report', '--dimension', 'channel', '--currency', currency, ...dates];
  await go(page, `#/attribution?${viewed}&dimension=channel&models=${attributionModels}&measure=net`);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download as CSV' }).click(),
  ]);
  const shown = await cellsOf(page, 'Attribution');
  return {
    page: new Map(shown.map(([label, _spend, ...net]) => [label, net.map(amountIn)])),
    api: netOfReport(await client.getAttributionReport({ ...asked, dimension: 'channel' })),
    json: netOfReport(JSON.parse(await said(service, ...words, '--json'))),
    table: netOfTable(await said(service, ...words, '--measure', 'net')),
    csv: netOfCsv(await readFile(await download.path(), 'utf8')),
  };
}

/** What the command line says of the service. */
async function said(service: Stage['service'], ...words: readonly string[]): Promise<string> {
  using operator = commandLine(service.databaseUrl);
  const credential = { LEADSOURCE_URL: service.url, LEADSOURCE_KEY: service.secretKey };
  const { exitCode, out, err } = await operator.runWith(credential, ...words);
  if (exitCode !== 0) throw new Error(err);
  return out;
}

function netOfReport({ rows }: AttributionReport): NetByChannel {
  return new Map(
    rows.map((row) => [
      row.unattributed ? unattributed : String(row.values.channel),
      attributionModels.map((model) => row.credits[model]?.net),
    ]),
  );
}

function netOfTable(text: string): NetByChannel {
  const rows = text.trimEnd().split('\n').slice(1, -1);
  return new Map(
    rows.map((row) => {
      const [label, ...cells] = row.trim().split(/ {2,}/);
      return [label, cells.slice(-attributionModels.length)];
    }),
  );
}

function netOfCsv(text: string): NetByChannel {
  const { data } = Papa.parse<Record<string, string>>(text, { header: true, skipEmptyLines: true });
  return new Map(
    [...Map.groupBy(data, ({ channel }) => channel)].map(([channel, rows]) => [
      channel,
      attributionModels.map((model) => rows.find((row) => row['model'] === model)?.['net']),
    ]),
  );
}

/** The same, and the part of conversions that no touch led to, from the rows of the exported credits alone. */
export async function recountedCredits(service: Stage['service']) {
  const directory = await mkdtemp(join(tmpdir(), 'leadsource-figures-'));
  const file = join(directory, 'credits.parquet');
  await said(service, 'export', 'credits', file);
  const credits = await creditsIn(file);
  await rm(directory, { recursive: true });
  const bounds = [Date.parse(asked.periodStart), Date.parse(asked.periodEnd)] as const;
  const counted = recount(credits, 'channel', asked.currency, bounds);
  const conversions = [...counted.values()].reduce((sum, [first]) => sum + (first?.conversions ?? 0), 0);
  const net: NetByChannel = new Map(
    [...counted].map(([channel, models]) => [channel ?? unattributed, models.map((model) => model.net)]),
  );
  return { net, unattributedShare: (counted.get(undefined)?.[0]?.conversions ?? 0) / conversions };
}
