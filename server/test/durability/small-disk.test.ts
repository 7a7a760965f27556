import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { ChildService } from '../support/child-service.ts';
import { countOf } from '../support/counts.ts';
import { HttpClient } from '../support/http-client.ts';
import { testNeeding } from '../support/requirements.ts';
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts';
import { verify } from './crashes.ts';
import { Ledger, numberedLeadSource } from './ledger.ts';

const run = promisify(execFile);
const rounds = countOf(40);
const writesOfRound = 20;
const megabytes = 8;
const mostSeconds = 30 + rounds * 10;

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
      using client = new HttpClient(url);
      expect(await verify(url, ledger, ledger.customerIds)).toEqual([]);
      const customerId = `c${round}`;
      expect(await write(client, ledger, customerId, writesOfRound)).toBe(201);
      await disk.fill();
      expect(await write(client, ledger, customerId, writesOfRound)).toBe(503);
      expect(await verify(url, ledger, [customerId])).toEqual([]);
      expect((await client.send('GET', '/customers?limit=10')).status).toBe(200);
      expect((await client.send('GET', '/health/ready')).status).toBe(200);
      await disk.clear();
      expect(await write(client, ledger, customerId, 1)).toBe(201);
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
  'a service whose disk is read-only says so instead of starting, and starts with all it had once the disk is not',
  { timeout: 60_000 },
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
      expect(stderr).toBe(`leadsource: The database ${databasePath} is read-only.\n`);
    }
    await run('mount', ['-o', 'remount,rw', disk.directory]);
    await using child = new ChildService({ databasePath });
    expect(await verify(await child.url(), ledger, ['c'])).toEqual([]);
  },
);
