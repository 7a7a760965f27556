import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { requireFree } from '../../src/cli/output-file.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'leadsource-output-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('a name for a file to be written', () => {
  test('may be free, or lead nowhere', () => {
    const link = join(directory, 'link');
    symlinkSync(join(directory, 'absent'), link);
    for (const name of ['free', 'absent/free', 'link']) requireFree(join(directory, name), false);
  });

  test('may be that of a file which is to be replaced', () => {
    const file = join(directory, 'file');
    writeFileSync(file, '');
    expect(() => requireFree(file, false)).toThrow(`${file} already exists: --force replaces it.`);
    requireFree(file, true);
  });

  test.each([false, true])('is not that of a directory, a pipe or a device (force: %s)', (mayReplace) => {
    expect(() => requireFree(directory, mayReplace)).toThrow(
      `${directory} is a directory: name a file in it.`,
    );
    const pipe = join(directory, 'pipe');
    execFileSync('mkfifo', [pipe]);
    symlinkSync('/dev/null', join(directory, 'device'));
    for (const path of [pipe, join(directory, 'device')]) {
      expect(() => requireFree(path, mayReplace)).toThrow(
        `${path} is no file that could be replaced: name another.`,
      );
    }
  });
});
