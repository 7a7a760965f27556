import { type SpawnSyncOptionsWithStringEncoding, spawnSync } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { fileFor } from '../../src/cli/export/sink.ts';
import { rejectionsIn } from '../../src/cli/import/rejections.ts';
import { testNeeding } from '../support/requirements.ts';
import { entry } from '../support/served.ts';
import { mountSmallDisk, whyNoSmallDisk } from '../support/small-disk.ts';

const megabytes = 1;
const leftBytes = 4096;
/** More than the disk takes, which takes the beginning of it without a word. */
const tooMuch = 'a'.repeat(2 * megabytes * 1024 ** 2);

testNeeding(whyNoSmallDisk, 'a table of which the disk took only the beginning is no export', async () => {
  await using disk = await mountSmallDisk(megabytes);
  using file = fileFor(join(disk.directory, 'touches.csv'));
  expect(() => file.write(tooMuch)).toThrow('ENOSPC');
});

testNeeding(
  whyNoSmallDisk,
  'rejected records of which the disk took only the beginning are not written down',
  async () => {
    await using disk = await mountSmallDisk(megabytes);
    const opened = { header: null, options: { encoding: null } } as Parameters<typeof rejectionsIn>[1];
    using rejections = rejectionsIn(join(disk.directory, 'rejected.ndjson'), opened, 0);
    rejections.reject({ firstLine: 1, text: tooMuch, faults: [], isReadable: false });
    expect(() => rejections.flush()).toThrow('ENOSPC');
  },
);

testNeeding(
  whyNoSmallDisk,
  'a command fails that prints into a file of which the disk took only the beginning',
  async () => {
    await using disk = await mountSmallDisk(megabytes);
    writeFileSync(join(disk.directory, 'ballast'), tooMuch.slice(0, megabytes * 1024 ** 2 - leftBytes));
    const file = openSync(join(disk.directory, 'settings.txt'), 'w');
    const options: SpawnSyncOptionsWithStringEncoding = { stdio: ['ignore', file, 'pipe'], encoding: 'utf8' };
    const { status, stderr } = spawnSync(process.execPath, [entry, 'settings', '--json'], options);
    closeSync(file);
    expect(stderr).toContain('the disk is full');
    expect(status).toBe(1);
  },
);
