import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeDirectory } from '../../../src/storage/sqlite/files.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'leadsource-files-'));
});
afterEach(() => rm(directory, { recursive: true }));

describe('the directory of a database', () => {
  test('is made with all that it is in, and may be there', async () => {
    const deep = join(directory, 'a', 'b', 'c');
    makeDirectory(deep);
    makeDirectory(deep);
    expect((await stat(deep)).isDirectory()).toBe(true);
  });

  test('that cannot be made is said so', async () => {
    expect(() => makeDirectory('/proc/x/y')).toThrow("ENOENT: no such file or directory, mkdir '/proc/x'");
    await writeFile(join(directory, 'file'), '');
    expect(() => makeDirectory(join(directory, 'file', 'a'))).toThrow('ENOTDIR');
  });
});
