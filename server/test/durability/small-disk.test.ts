import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { examineSqlite } from '../../src/storage/sqlite/examination.ts';
import { ChildService } from '../support/child-service.ts';
import { countOf } from '../support/counts.ts';
import { HttpClient } from '../support/http-client.ts';
import { testNeeding } from '../support/requirements.ts';
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from '../support/small-disk.ts';
import { verify } from './crashes.ts';
import { Ledger, numberedLeadSource } from './ledger.ts';
import { type Readiness, readinessInTime } from './readiness.ts';
import { loadingFirst } from './recording.ts';

const run = promisify(execFile);
const rounds = countOf(40);
const writesOfRound = 20;
const megabytes = 8;
const mostSeconds = 30 + rounds * 10;
const lost = expect.stringMatching(/ was acknowledged and is lost$/);
const hastyCommits = new URL('./preloads/hasty-commits.ts', import.meta.url);

/** Writes to a customer of its own, and answers the last status; the ledger notes what was acknowledged. */
async function write(client: HttpClient, ledger: Ledger, customerId: string, times: number): Promise<number> {
  let status = 0;
  for (let time = 0; time < times; time++) {
    const number = ledger.send(customerId, true);
    const body = numberedLeadSource(customerId, number);
    const answer = await client.send('PUT', `/customers/${customerId}/lead-source`, body);
    status = answer.status;
    if (status === 201) ledger.acknowledge(customerId, number);
    else expect(answer.headers['retry-after']).toMatch(/^\d+$/);
  }
  return status;
}

/** What a service answered before, on and after a full disk, and what was wrong with what it showed meanwhile. */
interface Round {
  readonly statuses: Readonly<Record<'before' | 'full' | 'list' | 'after', number>>;
  readonly readiness: Readiness;
  readonly faults: readonly string[];
}

const wellAnswered = { before: 201, full: 503, list: 200, after: 201 };

async function fillUnder(url: string, ledger: Ledger, customerId: string, disk: SmallDisk): Promise<Round> {
  using client = new HttpClient(url);
  const before = await write(client, ledger, customerId, writesOfRound);
  await disk.fill();
  const full = await write(client, ledger, customerId, writesOfRound);
  const faults = await verify(url, ledger, [customerId]);
  const { status: list } = await client.send('GET', '/customers?limit=10');
  const readiness = await readinessInTime(url);
  await disk.clear();
  const after = await write(client, ledger, customerId, 1);
  return { statuses: { before, full, list, after }, readiness, faults };
}

testNeeding(
  whyNoSmallDisk,
  'a service whose disk is full refuses writes, reads on, and goes on by itself as soon as there is room',
  { timeout: mostSeconds * 1000 },
  async () => {
    await using disk = await mountSmallDisk(megabytes);
    const databasePath = join(disk.directory, 'leadsource.db');
    const ledger = new Ledger();
    for (let round = 0; round < rounds; round++) {
      await using child = new ChildService({ databasePath });
      const url = await child.url();
      expect(await verify(url, ledger, ledger.customerIds)).toEqual([]);
      const { statuses, readiness, faults } = await fillUnder(url, ledger, `c${round}`, disk);
      expect(statuses).toEqual(wellAnswered);
      expect(readiness).toEqual({ status: 200, detail: undefined });
      expect(faults).toEqual([]);
      if (round % 2 === 0) {
        await disk.fill();
        await child.kill();
        await disk.clear();
      } else {
        child.signal('SIGTERM');
        expect(await child.ended).toMatchObject({ code: 0 });
      }
    }
    await using child = new ChildService({ databasePath });
    expect(await verify(await child.url(), ledger, ledger.customerIds)).toEqual([]);
  },
);

testNeeding(
  whyNoSmallDisk,
  'a service that acknowledges before it commits is found out on a full disk',
  { timeout: mostSeconds * 1000 },
  async () => {
    await using disk = await mountSmallDisk(megabytes);
    const databasePath = join(disk.directory, 'leadsource.db');
    const ledger = new Ledger();
    {
      const settings = { NODE_OPTIONS: loadingFirst([hastyCommits]) };
      await using child = new ChildService({ databasePath, settings });
      const { faults } = await fillUnder(await child.url(), ledger, 'c', disk);
      expect(faults).toContainEqual(lost);
      // In order, so that it commits what it still owes: what is missing then has been lost to the full disk.
      child.signal('SIGTERM');
      expect(await child.ended).toMatchObject({ code: 0 });
    }
    await using child = new ChildService({ databasePath });
    expect(await verify(await child.url(), ledger, ['c'])).toContainEqual(lost);
  },
);

testNeeding(
  whyNoSmallDisk,
  'a service whose disk is read-only says so instead of starting, and starts with all it had once the disk is not',
  async () => {
    await using disk = await mountSmallDisk(megabytes);
    const databasePath = join(disk.directory, 'leadsource.db');
    const ledger = new Ledger();
    {
      await using child = new ChildService({ databasePath });
      using client = new HttpClient(await child.url());
      expect(await write(client, ledger, 'c', writesOfRound)).toBe(201);
    }
    await run('mount', ['-o', 'remount,ro', disk.directory]);
    {
      await using child = new ChildService({ databasePath });
      const { code, stderr } = await child.ended;
      expect(code).toBe(1);
      const sentence = `The database ${databasePath} is read-only.`;
      expect(stderr).toBe(`leadsource: ${sentence}\n`);
      const findings = await examineSqlite(databasePath);
      expect(findings).toContainEqual({ subject: 'database', verdict: 'wrong', sentence });
    }
    await run('mount', ['-o', 'remount,rw', disk.directory]);
    await using child = new ChildService({ databasePath });
    expect(await verify(await child.url(), ledger, ['c'])).toEqual([]);
  },
);
