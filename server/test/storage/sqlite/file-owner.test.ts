import { execFile, spawnSync } from 'node:child_process';
import { chownSync, existsSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { Connection } from '../../../src/storage/sqlite/connection.ts';
import { ErasureLog } from '../../../src/storage/sqlite/erasure-log.ts';
import { makeFile } from '../../../src/storage/sqlite/files.ts';
import { migrations } from '../../../src/storage/sqlite/migrations.ts';
import { Shredding } from '../../../src/storage/sqlite/shredding.ts';
import { type CommandLine, commandLine } from '../../support/command-line.ts';
import { giveAway, unprivileged } from '../../support/postgres-programs.ts';
import { testNeeding } from '../../support/requirements.ts';
import { entry } from '../../support/served.ts';
import { type DatabaseDirectory, databaseDirectory } from '../../support/sqlite-files.ts';

const lack =
  process.platform === 'linux' && process.getuid?.() === 0 ? null : 'only root may give files to others';
const lackOfSetpriv =
  lack ?? (spawnSync('setpriv', ['--version']).error === undefined ? null : 'setpriv is not installed');
const other = unprivileged.uid ?? 0;

let files: DatabaseDirectory;
let directory: string;
let operator: CommandLine;
beforeEach(async () => {
  files = await databaseDirectory();
  directory = dirname(files.path);
  operator = commandLine(`sqlite:${files.path}`);
});
afterEach(async () => {
  operator[Symbol.dispose]();
  await files[Symbol.asyncDispose]();
});

/** What lies in the directory that does not belong to the other user. */
function ofRoot(): readonly string[] {
  return readdirSync(directory, { recursive: true })
    .map(String)
    .filter((name) => statSync(join(directory, name)).uid !== other);
}

async function run(...words: readonly string[]): Promise<void> {
  expect(await operator.run(...words)).toMatchObject({ exitCode: 0 });
}

/** As it lies there for a service that runs as another user and has not started yet. */
async function makeDatabase(): Promise<void> {
  await run('organization', 'create');
  await giveAway(directory, files.path);
  rmSync(`${files.path}.lock`);
}

describe('what root makes beside a database belongs to its owner, as whom the service may run', () => {
  testNeeding(lack, 'the lock of a command', async () => {
    await makeDatabase();
    await run('key', 'list');
    expect(existsSync(`${files.path}.lock`)).toBe(true);
    expect(ofRoot()).toEqual([]);
  });

  testNeeding(lack, 'the lock where the directory is of a third', async () => {
    await makeDatabase();
    chownSync(directory, 0, 0);
    await run('key', 'list');
    expect(ofRoot()).toEqual([]);
  });

  testNeeding(lack, 'the database where there is none: then the directory has the owner', async () => {
    await giveAway(directory);
    await run('organization', 'create');
    expect(readdirSync(directory)).toContain('leadsource.db');
    expect(ofRoot()).toEqual([]);
  });

  testNeeding(lack, 'directories that were missing', async () => {
    await giveAway(directory);
    const settings = { DATABASE_URL: `sqlite:${join(directory, 'own', 'data', 'x.db')}` };
    expect(await operator.runWith(settings, 'organization', 'create')).toMatchObject({ exitCode: 0 });
    expect(existsSync(join(directory, 'own', 'data', 'x.db'))).toBe(true);
    expect(ofRoot()).toEqual([]);
  });

  testNeeding(lack, 'what a backup or an archive is restored to', async () => {
    using elsewhere = commandLine();
    const backup = `${elsewhere.databaseUrl.slice('sqlite:'.length)}.backup`;
    await elsewhere.run('organization', 'create');
    await elsewhere.run('backup', backup);
    expect(statSync(backup).uid).toBe(0);
    await giveAway(directory);
    await run('restore', backup);
    expect(ofRoot()).toEqual([]);
    rmSync(`${files.path}.lock`);
    await run('restore', '--force', backup);
    expect(ofRoot()).toEqual([]);
    await elsewhere.run('export', 'all', `${backup}.archive`);
    for (const name of readdirSync(directory)) rmSync(join(directory, name));
    await run('import', '--restore', `${backup}.archive`);
    expect(readdirSync(directory)).toContain('leadsource.db');
    expect(ofRoot()).toEqual([]);
  });

  testNeeding(lack, 'the log of erasures, the mark for shredding and the copy before an update', async () => {
    await makeDatabase();
    new ErasureLog(files.path).append([]);
    using connection = new Connection({ path: files.path, readOnly: false });
    using shredding = new Shredding(files.path, connection);
    shredding.begin();
    makeFile(`${files.path}.before-${migrations.length}.partial`, files.path);
    expect(readdirSync(directory)).toEqual(
      expect.arrayContaining(['leadsource.db.erasures', 'leadsource.db.shredding']),
    );
    expect(ofRoot()).toEqual([]);
  });

  testNeeding(lack, 'but not where a link leads out of its directory', async () => {
    await makeDatabase();
    await using outside = await databaseDirectory();
    symlinkSync(outside.path, `${files.path}.lock`);
    await run('key', 'list');
    expect(statSync(outside.path).uid).toBe(0);
  });
});

/** Root as others are: held to the modes of files. */
async function asOthers(...words: readonly string[]) {
  const rights = ['--inh-caps=-all', '--bounding-set=-dac_override,-dac_read_search'];
  const environment = { PATH: process.env['PATH'], DATABASE_URL: `sqlite:${files.path}`, PORT: '0' };
  return promisify(execFile)('setpriv', [...rights, process.execPath, entry, ...words], {
    env: environment,
  }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

testNeeding(
  lackOfSetpriv,
  'a lock that a user may not write is named, with its owner, at the start and by the doctor',
  async () => {
    await run('organization', 'create');
    await giveAway(`${files.path}.lock`);
    const sentence = `${files.path}.lock belongs to user ${other}, and this user may not write it: give it the owner and the mode of the database.`;
    const served = await asOthers('serve');
    expect(served).toMatchObject({ code: 1, stderr: `leadsource: ${sentence}\n` });
    const examined = await asOthers('doctor');
    expect(examined).toMatchObject({ code: 1, stdout: expect.stringContaining(sentence) });
  },
);
