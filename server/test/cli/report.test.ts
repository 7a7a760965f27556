import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let operator: CommandLine;
beforeAll(async () => {
  service = await startTestService();
  operator = commandLine(service.databaseUrl);
  const touch = (customerId: string, facts: object) =>
    service.call('POST', `/customers/${customerId}/lead-sources`, {
      body: { occurredTime: '2026-11-20T00:00:00Z', ...facts },
    });
  await touch('a', { source: 'google', medium: 'cpc' });
  await touch('a', { source: 'evil\u001b[2J', affiliate: 'ann', medium: 'partner' });
  await touch('b', { medium: 'email' });
  for (const [id, customerId, amount] of [
    ['c1', 'a', '100.01'],
    ['c2', 'b', '9.00'],
    ['c3', 'nobody', '5.00'],
  ]) {
    const body = { id, customerId, amount, currency: 'EUR', occurredTime: '2026-11-21T00:00:00Z' };
    await service.call('POST', '/conversions', { body });
  }
  await service.call('POST', '/conversions/c1/refunds', { body: { amount: '0.01' } });
  const spent = { date: '2026-11-20', source: 'google', amount: '20', currency: 'EUR' };
  await service.call('PUT', '/spend', { body: spent });
});
afterAll(async () => {
  operator[Symbol.dispose]();
  await service[Symbol.asyncDispose]();
});

function run(...words: readonly string[]) {
  const environment = { LEADSOURCE_URL: service.url, LEADSOURCE_KEY: service.secretKey };
  return operator.runWith(environment, 'report', ...words);
}

const november = ['--period-start', '2026-11-01', '--period-end', '2026-12-01'] as const;

test('a key with two dots is a key, and no token', async () => {
  const key = 'notARealKey.withDots.0123456789abcdef';
  await using dotted = await startTestService({ LEADSOURCE_SECRET_KEY: key });
  const environment = { LEADSOURCE_URL: dotted.url, LEADSOURCE_KEY: key };
  expect(await operator.runWith(environment, 'report')).toMatchObject({ exitCode: 0 });
});

test.each([
  [{}, 'http://127.0.0.1:9'],
  [{ HOST: '0.0.0.0' }, 'http://127.0.0.1:9'],
  [{ HOST: '::' }, 'http://127.0.0.1:9'],
  [{ HOST: '127.0.0.3' }, 'http://127.0.0.3:9'],
  [{ HOST: '::1' }, 'http://[::1]:9'],
])('the service of this machine listens by its settings: with %j at %s', async (settings, url) => {
  const environment = { PORT: '9', LEADSOURCE_KEY: service.secretKey, ...settings };
  const { err } = await operator.runWith(environment, 'report', 'affiliates');
  expect(err).toContain(`leadsource: ${url}: The service cannot be reached`);
});

test.each([
  ['with a password', 'http://user:hunter2@127.0.0.1:9', 'has a user or a password'],
  [
    'with a user, as which some services take a key',
    'http://hunter2@127.0.0.1:9',
    'has a user or a password',
  ],
  ['without http', 'user:hunter2@127.0.0.1:9', 'must be an http or https URL'],
  ['that is only a name', 'hunter2.example', 'must be an http or https URL'],
])('an address %s is refused, and not shown', async (_words, url, sentence) => {
  const environment = { LEADSOURCE_URL: url, LEADSOURCE_KEY: service.secretKey };
  for (const outcome of [await operator.runWith(environment, 'report'), await run('--url', url)]) {
    expect(outcome).toMatchObject({ exitCode: 2, err: expect.stringContaining(sentence) });
    expect(outcome.err).not.toContain('hunter2');
  }
});

describe('leadsource report', () => {
  test('is a table of what each channel earned in the last 30 days, models side by side', async () => {
    const { exitCode, out, err } = await run('--dimension', 'source', '--models', 'first,last');
    // The clock of these commands shows 2026-11-23.
    expect([exitCode, err]).toEqual([
      0,
      'net, 2026-10-25T00:00:00.000Z to 2026-11-24T00:00:00.000Z (UTC), in EUR, settings version 1\n',
    ]);
    expect(out.split('\n')).toEqual([
      'source          spend   first    last',
      'google          20.00  100.00    0.00',
      '(none)                   9.00    9.00',
      'evil\\u{1b}[2J            0.00  100.00',
      '(unattributed)           5.00    5.00',
      'total           20.00  114.00  114.00',
      '',
    ]);
  });

  test('of one model shows everything that is known of it', async () => {
    const { out } = await run(
      ...november,
      '--models',
      'linear',
      '--dimension',
      'medium',
      '--filter',
      'medium:cpc',
    );
    expect(out.split('\n')).toEqual([
      'medium  spend  conversions  newCustomers  revenue  refunds    net  cac  roas',
      'cpc                    0.5           0.5    50.00     0.00  50.00',
      'total                  0.5           0.5    50.00     0.00  50.00',
      '',
    ]);
  });

  test('is with --json what the API answers', async () => {
    const words = ['--dimension', 'source,medium', '--customers', '--interval', 'week', '--limit', '1'];
    const { out } = await run('attribution', ...november, ...words, '--date-basis', 'refund', '--json');
    const query = 'dimension=source,medium&customers=true&interval=week&limit=1&dateBasis=refund';
    const period = 'periodStart=2026-11-01&periodEnd=2026-12-01';
    const { body } = await service.call('GET', `/reports/attribution?${period}&${query}`);
    expect(JSON.parse(out)).toEqual(body);
  });

  test('tells the paths to conversions, and what affiliates brought', async () => {
    const journeys = await run('journeys', ...november, '--dimension', 'medium');
    expect(journeys.out.split('\n').map((line) => line.split(/ {2,}/)[0])).toEqual([
      'path',
      'cpc > partner',
      'email',
      '(unattributed)',
      'total',
      '',
    ]);
    const affiliates = await run('affiliates', ...november, '--model', 'last');
    expect(affiliates.out).toMatch(/^ann +EUR +1 +1 +1 +100\.01 +0\.01 +100\.00$/m);
  });

  test.each(['attribution', 'journeys'])(
    '%s has a period where one of its edges is not said',
    async (kind) => {
      const periodOf = async (...words: readonly string[]) => {
        const { periodStart, periodEnd } = JSON.parse((await run(kind, '--json', ...words)).out);
        return [periodStart, periodEnd];
      };
      const [start, end] = ['2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'];
      expect(await periodOf('--period-end', '2026-12-01')).toEqual([start, end]);
      expect(await periodOf('--period-end', '2026-12-01T01:30:00+02:00')).toEqual([
        '2026-10-31T23:30:00.000Z',
        '2026-11-30T23:30:00.000Z',
      ]);
      const [, tomorrow] = await periodOf();
      expect(await periodOf('--period-start', '2026-11-01')).toEqual([start, tomorrow]);
      expect(tomorrow).toBe('2026-11-24T00:00:00.000Z');
      // Where the 23rd ends at that hour, and where it only begins then.
      const far = await Promise.all(
        ['Pacific/Kiritimati', 'Pacific/Honolulu'].map((zone) => periodOf('--timezone', zone)),
      );
      expect(far.map(([, until]) => until)).toEqual(Array(2).fill('2026-11-23T10:00:00.000Z'));
    },
  );

  test('names the options that cannot be meant, and ends with 2', async () => {
    const period = ['--period-start', 'yesterday', '--period-end', 'soon'];
    const { exitCode, out, err } = await run(...period, '--timezone', 'Mars', '--dimension', 'colour');
    expect([exitCode, out]).toEqual([2, '']);
    for (const option of ['--period-start', '--period-end', '--timezone', '--dimension']) {
      expect(err).toContain(`leadsource: ${option}: `);
    }
    expect(await run('--limit', '-1')).toMatchObject({ exitCode: 2 });
    expect(await run('sales', '--json')).toEqual({
      exitCode: 2,
      out: '',
      err: 'leadsource: There is no report "sales", only attribution, journeys, affiliates.\n',
    });
  });

  test('says in its help which report is shown without a name, with its options and examples', async () => {
    const { exitCode, out } = await run('--help');
    expect(exitCode).toBe(0);
    expect(out).toContain(
      'Without the name of a report it is attribution, with these options:\n  --period-start',
    );
    expect(out.match(/ --dimension <dimensions> /g)).toHaveLength(1);
    expect(out).toContain('\nExamples:\n  $ leadsource report\n');
  });

  test('ends with 1 where the service cannot be asked', async () => {
    const { exitCode, err } = await run('--url', 'http://127.0.0.1:9');
    expect([exitCode, err]).toEqual([1, expect.stringContaining('Is the service running there?')]);
  });
});
