import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { entry } from '../support/served.ts';

const root = join(import.meta.dirname, '../../..');
const lockFile = readFileSync(join(root, 'package-lock.json'), 'utf8');
const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe('an installation from the lock file', () => {
  test.each(Object.entries(optionalDependencies))(
    'finds %s, of version %s, for its machine',
    (name, version) => {
      const locked = JSON.parse(lockFile).packages[`node_modules/${name}`];
      expect(locked).toMatchObject({
        version,
        optional: true,
        integrity: expect.stringMatching(/^sha512-/),
        os: expect.stringMatching(/^(?:linux|darwin|win32)$/),
        bin: { node: expect.stringMatching(/^bin\/node/) },
      });
    },
  );

  test('asks the registry that the machine is set to, not one of ours', () => {
    const places = Object.values<{ resolved?: string; link?: true }>(JSON.parse(lockFile).packages)
      .filter(({ link }) => link !== true)
      .flatMap(({ resolved }) => resolved ?? []);
    expect(places).toEqual([]);
  });

  test('has a command that can be run', () => {
    expect(statSync(entry).mode & 0o111).toBe(0o111);
    expect(readFileSync(entry, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });
});
