import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { testNeeding } from '../support/requirements.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts';

let service: TestService;
let operator: CommandLine;
let directory: string;
beforeAll(async () => {
  service = await startTestService({}, () => Date.parse('2026-11-23T00:00:00Z'));
  operator = commandLine(service.databaseUrl);
  directory = mkdtempSync(join(tmpdir(), 'leadsource-offline-'));
  const clickId = 'Cj0KCQiA_notARealClick-0123456789abcdefgh';
  const touch = { occurredTime: '2026-11-20T00:00:00Z', source: 'google', clickId };
  await service.call('POST', '/customers/a/lead-sources', { body: touch });
  for (const customerId of ['a', 'nobody', 'no-one']) {
    const body = { customerId, amount: '12.00', currency: 'EUR', occurredTime: '2026-11-21T00:00:00Z' };
    await service.call('POST', '/conversions', { body });
  }
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  operator[Symbol.dispose]();
  await service[Symbol.asyncDispose]();
});

function run(platform: string, ...words: readonly string[]) {
  const environment = { LEADSOURCE_URL: service.url, LEADSOURCE_KEY: service.secretKey };
  const period = ['--period-start', '2026-11-01', '--period-end', '2026-12-01'];
  const all = ['offline-conversions', platform, '--conversion-name', 'Sale', ...period, ...words];
  return operator.runWith(environment, ...all);
}

describe('leadsource offline-conversions', () => {
  test('writes the files, and says what was left out and why', async () => {
    const path = join(directory, 'google-ads-1.csv');
    const { exitCode, out, err } = await run('google-ads', '--directory', directory);
    expect([exitCode, out]).toEqual([0, `${path}\n`]);
    expect(err).toBe(
      `Wrote 1 row to ${path}.\nLeft out 2: No touch that last-non-direct credits has a click id.\n`,
    );
    expect(readFileSync(path, 'utf8').split('\r\n')[2]).toContain(
      ',Sale,2026-11-21 00:00:00+0000,12.00,EUR,',
    );
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await run('google-ads', '--directory', directory);
    expect(again).toMatchObject({ exitCode: 1, err: expect.stringContaining('--force') });
    chmodSync(path, 0o644);
    expect((await run('google-ads', '--directory', directory, '--force')).exitCode).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['google-ads-1.csv']);
  });

  testNeeding(whyNoSmallDisk, 'leaves no part of a file on a full disk', async () => {
    await using disk = await mountSmallDisk(1);
    await disk.fill();
    const { exitCode, out, err } = await run('google-ads', '--directory', disk.directory);
    expect([exitCode, out]).toEqual([1, '']);
    expect(err).toContain('the disk is full');
    expect(readdirSync(disk.directory)).toEqual(['ballast']);
  });

  test('prints with --json what the API answers, and writes nothing', async () => {
    const { out } = await run('meta', '--model', 'linear', '--json', '--directory', '/nowhere');
    const query =
      'platform=meta&conversionName=Sale&model=linear&periodStart=2026-11-01&periodEnd=2026-12-01';
    const { body } = await service.call('GET', `/exports/offline-conversions?${query}`);
    expect(JSON.parse(out)).toEqual(body);
  });

  test('says so where there is nothing to tell of', async () => {
    const { exitCode, out, err } = await run('linkedin');
    expect([exitCode, out, err]).toEqual([0, '', expect.stringContaining('There is nothing to report.\n')]);
  });

  test('names the options that cannot be meant, and ends with 2', async () => {
    const { exitCode, err } = await run('tiktok', '--timezone', 'Mars');
    expect(exitCode).toBe(2);
    expect(err).toContain('leadsource: --source-id: ');
    expect(err).toContain('leadsource: --timezone: ');
    expect(await run('myspace')).toMatchObject({
      exitCode: 2,
      err: expect.stringContaining('Allowed choices'),
    });
  });
});
