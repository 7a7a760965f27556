import { spawnSync } from 'node:child_process';
import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testNeeding } from './support/requirements.ts';

const program = fileURLToPath(new URL('../prepare.js', import.meta.url));
const installedName = `node-${process.platform}-${process.arch}`;
/** npm makes scripts there in place of links. */
const lackOfLinks = process.platform === 'win32' ? 'links to programs' : null;

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'leadsource-prepare-'));
  await mkdir(join(root, 'server'));
  await copyFile(program, join(root, 'server/prepare.js'));
  // Says by which program it was run: what is linked has its own path there.
  const build = `import { writeFileSync } from 'node:fs';
    writeFileSync(process.argv[1] + '.by', process.env.RUN_BY ?? 'the machine');`;
  await writeFile(join(root, 'server/build.ts'), build);
});
afterEach(() => rm(root, { recursive: true }));

/** A program that npm installed as the Node of the directory. */
async function install(script: string, name = installedName): Promise<void> {
  const path = join(root, 'node_modules', name, 'bin/node');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
}

const runs = `RUN_BY=installed exec '${process.execPath}' "$@"`;

function prepare() {
  return spawnSync(process.execPath, [join(root, 'server/prepare.js')], { encoding: 'utf8' });
}

const builtBy = () => readFile(join(root, 'server/build.ts.by'), 'utf8').catch(() => null);
const linked = () => readlink(join(root, 'node_modules/.bin/node')).catch(() => null);

testNeeding(lackOfLinks, 'links the Node of the directory where npm did not, and builds by it', async () => {
  await install(runs);
  expect(prepare()).toMatchObject({ status: 0, stderr: '' });
  expect(await linked()).toBe(`../${installedName}/bin/node`);
  expect(await builtBy()).toBe('installed');
});

testNeeding(lackOfLinks, 'mends a link that leads nowhere', async () => {
  await install(runs);
  await mkdir(join(root, 'node_modules/.bin'));
  await symlink('../node-of-another-system/bin/node', join(root, 'node_modules/.bin/node'));
  expect(prepare()).toMatchObject({ status: 0, stderr: '' });
  expect(await linked()).toBe(`../${installedName}/bin/node`);
});

testNeeding(lackOfLinks, 'leaves the link that npm made', async () => {
  await install('exit 1');
  await install(runs, 'of-npm');
  await mkdir(join(root, 'node_modules/.bin'));
  await symlink('../of-npm/bin/node', join(root, 'node_modules/.bin/node'));
  expect(prepare()).toMatchObject({ status: 0, stderr: '' });
  expect(await linked()).toBe('../of-npm/bin/node');
  expect(await builtBy()).toBe('installed');
});

testNeeding(lackOfLinks, 'ends the installation where the Node of the directory does not run', async () => {
  await install('echo "libatomic.so.1: cannot open shared object file" >&2; exit 127');
  const stderr =
    'leadsource: the Node that was installed does not run here: libatomic.so.1: cannot open shared object file\n';
  expect(prepare()).toMatchObject({ status: 1, stderr });
  expect(await builtBy()).toBeNull();
});

test('builds by the Node that runs it where none was installed', async () => {
  expect(prepare()).toMatchObject({ status: 0, stderr: '' });
  expect(await linked()).toBeNull();
  expect(await builtBy()).toBe('the machine');
});

test('lets an installation be where it cannot build', async () => {
  await writeFile(join(root, 'server/build.ts'), `throw new Error('no tools');`);
  expect(prepare().status).toBe(0);
});
