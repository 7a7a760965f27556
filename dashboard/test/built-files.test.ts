import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { configuration } from '../vite.config.ts';

const kept = configuration.build.outDir;
const largestBytes = 200 * 1000;

async function contents(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => /\.\w+$/.test(name)).toSorted();
  const read = files.map(async (name) => [name, await readFile(join(folder, name), 'utf8')]);
  return Object.fromEntries(await Promise.all(read));
}

describe('the page in the repository', () => {
  test('is what its sources build to (npm run build-dashboard)', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'leadsource-dashboard-'));
    try {
      await promisify(execFile)(process.execPath, [join(import.meta.dirname, '../build.ts'), folder]);
      const [built, committed] = [await contents(folder), await contents(kept)];
      expect(Object.keys(committed)).toEqual(Object.keys(built));
      const other = Object.keys(built).filter((name) => built[name] !== committed[name]);
      expect(other).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test(`has at most ${largestBytes} bytes of JavaScript, compressed, all pages together`, async () => {
    const scripts = Object.entries(await contents(kept)).filter(([name]) => name.endsWith('.js'));
    const bytes = scripts.reduce((sum, [, text]) => sum + gzipSync(text).length, 0);
    expect(bytes).toBeLessThanOrEqual(largestBytes);
  });
});
