import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { ChildService } from '../support/child-service.ts';
import { type ClientAnswer, HttpClient } from '../support/http-client.ts';

// No file of the process may grow beyond 2048 blocks, which is 1 or 2 MiB: less than the log takes before the engine
// empties it by itself.
const wrapper = ['/bin/sh', '-c', 'ulimit -S -f 2048 && exec "$0" "$@"'];
const mostWrites = 5000;

/** Writes until something else than success is answered. */
async function fill(client: HttpClient): Promise<{ written: number; refused: ClientAnswer }> {
  for (let written = 0; written < mostWrites; written++) {
    const answer = await client.send('PUT', `/customers/c${written}/lead-source`, { path: 'p'.repeat(500) });
    if (answer.status !== 201) return { written, refused: answer };
  }
  throw new Error('The disk never filled up.');
}

test('a service that has no room left refuses writes, reads on, and heals by itself', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'leadsource-full-'));
  const databasePath = join(directory, 'leadsource.db');
  try {
    await using child = new ChildService({ databasePath, wrapper });
    using client = new HttpClient(await child.url());
    const { written, refused } = await fill(client);
    expect(written).toBeGreaterThan(0);
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toMatch(/^\d+$/);
    expect(refused.headers['content-type']).toBe('application/problem+json');
    const last = await client.send('GET', `/customers/c${written - 1}/lead-source`);
    expect(last.body).toMatchObject({ path: 'p'.repeat(500) });
    expect((await client.send('GET', `/customers/c${written}`)).status).toBe(404);
    const listed = await client.send('GET', '/customers?limit=0');
    expect(listed.headers['pagination-total']).toBe(String(written));
    expect((await client.send('GET', '/health/ready')).status).toBe(200);
    {
      using operator = new DatabaseSync(databasePath);
      operator.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    }
    const healed = await client.send('PUT', '/customers/healed/lead-source', { source: 'again' });
    expect(healed.status).toBe(201);
    child.signal('SIGTERM');
    expect(await child.ended).toMatchObject({ code: 0 });
    using database = new DatabaseSync(databasePath, { readOnly: true });
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('an erasure that was refused for want of room is not repeated by a later start', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'leadsource-full-'));
  const databasePath = join(directory, 'leadsource.db');
  try {
    {
      await using child = new ChildService({ databasePath, wrapper });
      using client = new HttpClient(await child.url());
      await client.send('PUT', '/customers/zelda/lead-source', { clickId: 'of-zelda', path: '/of-zelda' });
      await fill(client);
      expect((await client.send('POST', '/customers/zelda/erasure')).status).toBe(503);
      expect(await readFile(`${databasePath}.erasures`, 'utf8')).toBe('');
      child.signal('SIGTERM');
      await child.ended;
    }
    await using child = new ChildService({ databasePath });
    using client = new HttpClient(await child.url());
    expect((await client.send('GET', '/customers/zelda/lead-source')).status).toBe(200);
    expect((await client.send('POST', '/customers/zelda/erasure')).status).toBe(200);
    expect(await readFile(`${databasePath}.erasures`, 'utf8')).toMatch(/^[^\n]+\n$/);
  } finally {
    await rm(directory, { recursive: true });
  }
});
