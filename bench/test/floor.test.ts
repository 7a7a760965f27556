import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startFloor } from '../src/server.ts';
import { secretKey } from '../src/traffic.ts';

test('the service without storage starts, answers as the service does, and keeps nothing', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'leadsource-floor-'));
  try {
    await using floor = await startFloor(join(directory, 'none.db'));
    const call = (method: string, body?: object) =>
      fetch(`http://127.0.0.1:${floor.port}/customers/cus_any/lead-source`, {
        method,
        headers: { 'REB-APIKEY': secretKey, 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    const put = await call('PUT', { source: 'google' });
    expect([put.status, await put.json()]).toMatchObject([201, { source: 'google' }]);
    expect((await call('GET')).status).toBe(200);
    expect(await readdir(directory)).toEqual([]);
  } finally {
    await rm(directory, { recursive: true });
  }
});
