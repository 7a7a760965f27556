import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { identityOf } from '../../../src/cli/import/checkpoint.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'leadsource-checkpoint-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

test('a long file that differs at its beginning or its end alone is another, however old it says it is', () => {
  const middle = 'x'.repeat(200_000);
  const identities = [`a${middle}a`, `b${middle}a`, `a${middle}b`, `a${middle}a`].map((text) => {
    const path = join(directory, 'rows.csv');
    writeFileSync(path, text);
    utimesSync(path, 1_000_000, 1_000_000);
    return identityOf(path, {});
  });
  expect(new Set(identities).size).toBe(3);
  expect(identities[3]).toBe(identities[0]);
});

test('a file that was written again is another, though only its middle may differ', () => {
  const rest = 'x'.repeat(100_000);
  const identities = ['a', 'b'].map((middle, place) => {
    const path = join(directory, 'again.csv');
    writeFileSync(path, rest + middle + rest);
    utimesSync(path, 1_000_000, 1_000_000 + place);
    return identityOf(path, {});
  });
  expect(identities[1]).not.toBe(identities[0]);
});
