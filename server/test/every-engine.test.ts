import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { notAgain, rooms } from '../../vitest.config.ts';

const directory = import.meta.dirname;
const startsService = /\b(?:startTestService|testDatabase|ChildService|startProcess)\b/;

function textOf(file: string): string {
  return readFileSync(join(directory, file), 'utf8');
}

describe('the tests of a room run on every engine', () => {
  test.each(rooms)('%s has tests', (room) => {
    expect(globSync(`${room}/**/*.test.ts`, { cwd: directory })).not.toEqual([]);
  });

  test.each(
    notAgain.flatMap(({ files, startsNoService }) => files.map((pattern) => ({ pattern, startsNoService }))),
  )('but not $pattern, for the reason given', ({ pattern, startsNoService }) => {
    const files = globSync(pattern, { cwd: directory });
    expect(files).not.toEqual([]);
    if (startsNoService) expect(files.filter((file) => startsService.test(textOf(file)))).toEqual([]);
  });

  test('and no file runs again that would do the same again', () => {
    const notThese = new Set(notAgain.flatMap(({ files }) => globSync(files, { cwd: directory })));
    const again = globSync(
      rooms.map((room) => `${room}/**/*.test.ts`),
      { cwd: directory },
    ).filter((file) => !notThese.has(file));
    expect(again.length).toBeGreaterThan(50);
    expect(again.filter((file) => !startsService.test(textOf(file)))).toEqual([]);
  });
});
