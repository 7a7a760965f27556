import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { buildCapture, builtFile } from '../build.ts';

const built = readFileSync(builtFile, 'utf8');

test('the file in the repository is what its sources build to (npm run build-capture)', async () => {
  expect(await buildCapture()).toBe(built);
});

test('the script takes no more than 1.5 kB on the way to the browser', () => {
  expect(gzipSync(built, { level: 9 }).length).toBeLessThanOrEqual(1500);
});

test('the script depends on nothing', () => {
  expect(built).not.toMatch(/\bimport\b|\brequire\b|https?:\/\//);
});
