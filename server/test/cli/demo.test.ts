import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type DemoPlan, generatedJourneys } from '../../src/cli/demo/generated.ts';
import { type DemoJourney, daysOfYear, endOfYear, millisecondsPerDay } from '../../src/cli/demo/journey.ts';
import { spendOf } from '../../src/cli/demo/spend.ts';
import { stories } from '../../src/cli/demo/stories.ts';
import { commandLine, commandTime } from '../support/command-line.ts';
import { type Started, startProcess } from '../support/served.ts';

const end = endOfYear(commandTime);
const plan: DemoPlan = { seed: 1, journeys: 2_000, end };

function timesOf({ touches, conversions }: DemoJourney): number[] {
  const refunds = conversions.flatMap((conversion) => conversion.refunds);
  return [...touches, ...conversions, ...refunds].map(({ occurredTime }) => occurredTime);
}

describe('the year of the demo', () => {
  const journeys = generatedJourneys(plan);
  const touches = journeys.flatMap((journey) => journey.touches);
  const conversions = journeys.flatMap((journey) => journey.conversions);

  test('follows from seed and day alone', () => {
    const laterThatDay = endOfYear(commandTime + 3_600_000);
    expect(generatedJourneys({ ...plan, end: laterThatDay })).toEqual(journeys);
    expect(generatedJourneys({ ...plan, seed: 2 })).not.toEqual(journeys);
  });

  test('lies between a midnight and the one a year before, each journey in its order', () => {
    const begin = end - daysOfYear * millisecondsPerDay;
    expect(end).toBe(Date.parse('2026-11-23T00:00:00Z'));
    const outside = journeys.flatMap(timesOf).filter((time) => time < begin || time >= end);
    expect(outside).toEqual([]);
    const occurred = journeys.map((journey) => journey.touches.map(({ occurredTime }) => occurredTime));
    expect(occurred.map((times) => times.toSorted((one, other) => one - other))).toEqual(occurred);
  });

  test('has seasons, channels, affiliates, refunds and two currencies', () => {
    const startsIn = (month: number) =>
      journeys.filter(({ touches: [first] }) => new Date(first?.occurredTime ?? 0).getUTCMonth() === month);
    expect(startsIn(11).length).toBeGreaterThan(1.3 * startsIn(6).length);
    expect(new Set(touches.map(({ given }) => given.medium)).size).toBeGreaterThan(6);
    expect(new Set(touches.map(({ given }) => given.affiliate)).size).toBeGreaterThan(3);
    expect(new Set(conversions.map(({ currency }) => currency))).toEqual(new Set(['USD', 'EUR']));
    const refunded = conversions.filter(({ refunds }) => refunds.length > 0);
    expect(refunded.length).toBeGreaterThan(conversions.length / 50);
    expect(
      refunded.filter(({ amount, refunds }) => refunds.some((refund) => refund.amount > amount)),
    ).toEqual([]);
  });

  test('has spent what its visits cost, in a row for each day and campaign', () => {
    const entries = spendOf(journeys);
    const cost = touches.reduce((sum, touch) => sum + (touch.cost?.amount ?? 0), 0);
    expect(cost).toBeGreaterThan(0);
    expect(entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(cost);
    const rows = entries.map(({ day, source, campaign }) => `${day} ${source} ${campaign}`);
    expect(new Set(rows).size).toBe(rows.length);
  });
});

test('the stories begin on a Monday and are over before the year ends, whatever the day', () => {
  for (let day = 0; day < 7; day++) {
    const midnight = end + day * millisecondsPerDay;
    const told = stories(midnight);
    expect(Math.max(...told.flatMap(timesOf))).toBeLessThan(midnight);
    const [ad, search] = told[0]?.touches ?? [];
    expect([ad, search].map((touch) => new Date(touch?.occurredTime ?? 0).getUTCDay())).toEqual([1, 3]);
  }
});

describe('leadsource demo', () => {
  const directory = mkdtempSync(join(tmpdir(), 'leadsource-demo-test-'));
  const ownDatabase = join(directory, 'own.db');
  let demo: Started;
  let greeting: { url: string; organizationId: string; secretKey: string };

  beforeAll(async () => {
    writeFileSync(ownDatabase, '');
    const words = ['demo', '--port', '0', '--journeys', '40', '--json'];
    demo = startProcess(words, {
      TMPDIR: directory,
      DATABASE_URL: `sqlite:${ownDatabase}`,
      LEADSOURCE_SECRET_KEY: 'the-key-of-a-real-service-that-stays-unknown',
    });
    await demo.until('}\n');
    greeting = JSON.parse(demo.said.out);
  });
  afterAll(async () => {
    await demo[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true });
  });

  async function get(path: string): Promise<{ body: unknown; total: string | null }> {
    const headers = { 'REB-APIKEY': greeting.secretKey };
    const answer = await fetch(new URL(path, greeting.url), { headers });
    expect(answer.status).toBe(200);
    return { body: await answer.json(), total: answer.headers.get('pagination-total') };
  }

  const conversionsOf = (customerId: string) =>
    get(`/conversions?sort=occurredTime&filter=customerId:${customerId}`);

  test('prints where its page is and the key of a sandbox, and shows the page', async () => {
    expect(greeting).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
      organizationId: 'org_demo',
      secretKey: expect.stringMatching(/^sk_sandbox_/),
    });
    const page = await fetch(greeting.url);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect((await get('/customers?limit=1')).total).toBe('43');
  });

  test('tells of an ad, then a search, then an order by a bookmark', async () => {
    expect((await get('/customers/cus_ad-then-search/lead-source')).body).toMatchObject({
      medium: 'organic',
      source: 'google',
      original: { medium: 'cpc', campaign: 'spring' },
    });
    expect((await get('/customers/cus_ad-then-search/lead-sources')).body).toMatchObject([
      { position: 'original', channel: 'Paid Search' },
      { position: 'most-recent', channel: 'Organic Search' },
      { position: 'intermediary', channel: 'Direct' },
    ]);
    expect((await conversionsOf('cus_ad-then-search')).body).toMatchObject([
      { amount: '129.00', currency: 'USD', refundedAmount: '0.00' },
    ]);
  });

  test('tells of an affiliate whose order was refunded in part', async () => {
    expect((await get('/customers/cus_affiliate-refunded/lead-source')).body).toMatchObject({
      affiliate: 'coupon-corner',
      original: { affiliate: 'coupon-corner' },
    });
    expect((await conversionsOf('cus_affiliate-refunded')).body).toMatchObject([
      { amount: '89.00', currency: 'EUR', refundedAmount: '30.00', netAmount: '59.00' },
    ]);
  });

  test('tells of a sales call among several touches, and two orders', async () => {
    expect((await get('/customers/cus_sales-call/lead-source')).body).toMatchObject({
      medium: 'email',
      original: { medium: 'paid_social', source: 'linkedin' },
    });
    const { body } = await get('/customers/cus_sales-call/lead-sources');
    const channels = ['Paid Social', 'Email', 'Sales', 'Email', 'Direct'];
    expect(body).toMatchObject(channels.map((channel) => ({ channel })));
    expect((await conversionsOf('cus_sales-call')).body).toMatchObject([
      { amount: '2400.00' },
      { amount: '1200.00' },
    ]);
  });

  test.each(['USD', 'EUR'])('reports what %s was spent and earned', async (currency) => {
    const daysFromNow = (days: number) => new Date(Date.now() + days * millisecondsPerDay).toISOString();
    const period = `periodStart=${daysFromNow(-daysOfYear - 2)}&periodEnd=${daysFromNow(1)}`;
    const { body } = await get(
      `/reports/attribution?${period}&dimension=source&models=last&currency=${currency}`,
    );
    const { totals } = body as { totals: { spend: string; credits: { last: { revenue: string } } } };
    expect(Number(totals.spend)).toBeGreaterThan(0);
    expect(Number(totals.credits.last.revenue)).toBeGreaterThanOrEqual(89);
  });

  test('touches no database that settings name, and removes its own when it is told to stop', async () => {
    const ownDirectories = () => readdirSync(directory).filter((name) => name.startsWith('leadsource-demo-'));
    expect(ownDirectories()).toHaveLength(1);
    demo.child.kill('SIGINT');
    expect(await demo.exited).toBe(0);
    expect(ownDirectories()).toEqual([]);
    expect(statSync(ownDatabase).size).toBe(0);
  });

  test('removes its database also when it is told to stop before it listens', async () => {
    await using early = startProcess(['demo', '--port', '0', '--journeys', '300'], { TMPDIR: directory });
    await once(early.child.stderr, 'data');
    early.child.kill('SIGINT');
    expect(await early.exited).toBe(0);
    expect(early.said.out).toBe('');
    expect(readdirSync(directory).filter((name) => name.startsWith('leadsource-demo-'))).toEqual([]);
  });

  test('makes no year where another program has its port', async () => {
    using operator = commandLine();
    await using taken = createServer();
    await once(taken.listen(0, '127.0.0.1'), 'listening');
    const other = String((taken.address() as AddressInfo).port);
    const { exitCode, err } = await operator.run('demo', '--port', other, '--journeys', '3');
    expect([exitCode, err]).toEqual([
      1,
      `leadsource: Another program already listens on 127.0.0.1:${other}: --port chooses another port.\n`,
    ]);
  });

  test.each([
    ['--port', '65536'],
    ['--journeys', '-1'],
    ['--seed', 'x'],
  ])('refuses %s %s', async (option, value) => {
    using operator = commandLine();
    const { exitCode, err } = await operator.run('demo', option, value);
    expect(exitCode).toBe(2);
    expect(err).toContain(option);
    expect(existsSync(operator.databaseUrl.replace('sqlite:', ''))).toBe(false);
  });
});
