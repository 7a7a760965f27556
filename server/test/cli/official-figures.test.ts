import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Papa from 'papaparse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attributionModels } from '../../src/domain/attribution-models.ts';
import { currencyDigits, formatAmount } from '../../src/domain/money.ts';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { type CreditRow, creditsIn, recount } from '../support/credit-recount.ts';
import { announceSeed, randomFrom } from '../support/random.ts';
import { startTestService, type TestService } from '../support/service.ts';

// One set of facts: customers with touches and without, refunds, two currencies, conversions before and behind the period.

type Credit = Readonly<Record<string, string | number>>;

interface ReportRow {
  readonly values: Readonly<Record<string, string | null>>;
  readonly unattributed?: true;
  readonly spend?: string;
  readonly credits: Readonly<Record<string, Credit>>;
}

interface Report {
  readonly rows: readonly ReportRow[];
  readonly totals: { readonly credits: ReportRow['credits'] };
}

const [from, until] = [Date.UTC(2026, 1, 1), Date.UTC(2026, 4, 1)];
const sources = ['google', 'Gööglé', '=cmd', '', null];
const channels = [{ medium: 'cpc' }, { medium: 'email' }, {}];

let service: TestService;
let operator: CommandLine;
let directory: string;
let credits: readonly CreditRow[];
beforeAll(async () => {
  service = await startTestService();
  operator = commandLine(service.databaseUrl);
  directory = mkdtempSync(join(tmpdir(), 'leadsource-figures-'));
  await fill(randomFrom(announceSeed('official figures')));
  const path = join(directory, 'credits.parquet');
  expect((await run('export', 'credits', path)).exitCode).toBe(0);
  credits = await creditsIn(path);
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  operator[Symbol.dispose]();
  await service[Symbol.asyncDispose]();
});

async function fill(random: () => number): Promise<void> {
  const upTo = (count: number) => Math.floor(random() * count);
  const time = () => new Date(from - 20 * 86_400_000 + upTo(until - from + 40 * 86_400_000)).toISOString();
  const lines = { 'Content-Type': 'application/x-ndjson' };
  const bulk = async (path: string, all: readonly object[]) => {
    const body = all.map((line) => `${JSON.stringify(line)}\n`).join('');
    const answers = (await service.call('POST', path, { body, headers: lines })).body;
    expect(new Set((answers as readonly { status: number }[]).map(({ status }) => status))).toEqual(
      new Set([201]),
    );
  };
  const touches = Array.from({ length: 120 }, () => {
    const facts = { source: sources[upTo(sources.length)], ...channels[upTo(channels.length)] };
    return { customerId: `c${upTo(30)}`, occurredTime: time(), ...facts };
  });
  await bulk('/lead-sources', touches);
  const conversions = Array.from({ length: 90 }, (_, place) => {
    const money =
      place % 3 === 0
        ? { amount: upTo(99_999), currency: 'JPY' }
        : { amount: upTo(999_999) / 100, currency: 'EUR' };
    return { id: `v${place}`, customerId: `c${upTo(36)}`, occurredTime: time(), ...money };
  });
  await bulk('/conversions/bulk', conversions);
  for (const { id, amount, currency } of conversions.filter((_, place) => place % 7 === 0)) {
    const part = formatAmount(Math.floor(amount / 3), 0);
    await service.call('POST', `/conversions/${id}/refunds`, { body: { amount: part } });
    if (currency === 'JPY') await service.call('POST', `/conversions/${id}/refunds`, { body: {} });
  }
  const spent = { date: '2026-02-03', source: 'google', amount: 100, currency: 'EUR' };
  await service.call('PUT', '/spend', { body: spent });
}

function run(...words: readonly string[]) {
  return operator.runWith({ LEADSOURCE_URL: service.url, LEADSOURCE_KEY: service.secretKey }, ...words);
}

const labelOf = ({ values, unattributed }: ReportRow) =>
  unattributed ? '(unattributed)' : (Object.values(values)[0] ?? '(none)');

describe.each([
  ['EUR', 'source'],
  ['EUR', 'channel'],
  ['JPY', 'source'],
])('the figures in %s by %s', (currency, dimension) => {
  const asked = { dimension, currency, periodStart: '2026-02-01', periodEnd: '2026-05-01' };
  const path = `/reports/attribution?${new URLSearchParams(asked)}`;
  const words = ['--dimension', dimension, '--currency', currency];
  const period = ['--period-start', asked.periodStart, '--period-end', asked.periodEnd];
  let report: Report;
  beforeAll(async () => {
    report = (await service.call('GET', path)).body as Report;
    expect(report.rows.length).toBeGreaterThan(2);
  });

  test('of the API are those of the command line', async () => {
    const { out } = await run('report', ...words, ...period, '--json');
    expect(JSON.parse(out)).toEqual(report);
    const table = await run('report', ...words, ...period, '--measure', 'net');
    const shown = table.out.trimEnd().split('\n').slice(1);
    const figures = [...report.rows, report.totals].map(({ credits: each }) =>
      attributionModels.map((model) => each[model]?.['net']),
    );
    expect(shown.map((line) => line.trim().split(/ +/).slice(-attributionModels.length))).toEqual(figures);
  });

  test('of the API are those of CSV', async () => {
    const { body } = await service.call('GET', path, { headers: { accept: 'text/csv' } });
    const { data } = Papa.parse<Record<string, string>>(String(body).trimEnd(), { header: true });
    const digits = currencyDigits(currency) ?? 0;
    const expected = report.rows.flatMap((row) =>
      Object.entries(row.credits).map(
        ([model, { cac = '', roas = '', conversions, newCustomers, ...money }]) => {
          const label = labelOf(row).replace(/^(?==)/, "'");
          const counts = { conversions: String(conversions), newCustomers: String(newCustomers) };
          const spend = row.spend ?? formatAmount(0, digits);
          return { [dimension]: label, currency, spend, model, ...counts, ...money, cac, roas: String(roas) };
        },
      ),
    );
    expect(data).toEqual(expected);
  });

  test('of the API are those of a recount of the exported credits', () => {
    const counted = recount(credits, dimension, currency, [from, until]);
    const earned = report.rows.filter(({ credits: each }) =>
      Object.values(each).some(({ conversions }) => conversions !== 0),
    );
    const byLabel = new Map(
      earned.map((row) => [row.unattributed ? undefined : Object.values(row.values)[0], row]),
    );
    const nonzero = [...counted].filter(([, models]) => models.some(({ conversions }) => conversions > 0));
    expect(new Set(byLabel.keys())).toEqual(new Set(nonzero.map(([value]) => value)));
    for (const [value, models] of nonzero) {
      for (const [place, { conversions, newCustomers, ...money }] of models.entries()) {
        const told = byLabel.get(value)?.credits[attributionModels[place] ?? ''] ?? {};
        expect(told).toMatchObject(money);
        expect(Math.abs(Number(told['conversions']) - conversions)).toBeLessThan(1e-9);
        expect(Math.abs(Number(told['newCustomers']) - newCustomers)).toBeLessThan(1e-9);
      }
    }
  });
});
