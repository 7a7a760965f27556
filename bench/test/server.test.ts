import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startService, stop } from '../src/server.ts';

/** Says that it listens, like the service, and answers everything with 500. */
const failing = (pidFile: string) => `
  import { writeFileSync } from 'node:fs';
  import { createServer } from 'node:http';
  writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
  createServer((_, response) => response.writeHead(500).end()).listen(0, '127.0.0.1', function () {
    console.log('It listens on http://127.0.0.1:' + this.address().port);
  });
  await new Promise(() => {});`;

test('a server whose first answer is a failure does not stay behind', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'leadsource-bench-server-'));
  try {
    const pidFile = join(directory, 'pid');
    const program = `data:text/javascript,${encodeURIComponent(failing(pidFile))}`;
    const place = { url: `sqlite:${join(directory, 'none.db')}` };
    await expect(startService(place, ['--import', program])).rejects.toThrow('first answer was 500');
    const processId = Number(await readFile(pidFile, 'utf8'));
    expect(() => process.kill(processId, 0)).toThrow('ESRCH');
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('a server that has ended by itself is not waited for', async () => {
  const child = spawn(process.execPath, ['--eval', '']);
  await once(child, 'exit');
  await stop(child);
});
