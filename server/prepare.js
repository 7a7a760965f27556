// What npm runs after an installation, by the Node that is found first: the machine's own may be too old for TypeScript, so this
// is JavaScript. npm 10, which comes with Node 20 and 22, installs the Node of this directory without the link to it: each of the
// packages for other platforms has the same link, and takes it away as it is left out.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { platform, arch } = process;
const linked = join(root, 'node_modules/.bin/node');
const installed = [`node-${platform}-${arch}`, `node-bin-${platform}-${arch}`]
  .map((name) => `${name}/bin/node`)
  .find((path) => existsSync(join(root, 'node_modules', path)));

// On Windows there are scripts in place of links, and npm makes them.
if (installed !== undefined && platform !== 'win32' && !existsSync(linked)) {
  mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
  // A link that leads nowhere, as in a directory that was installed on another system, is in the way.
  rmSync(linked, { force: true });
  symlinkSync(join('..', installed), linked);
}

const node = platform !== 'win32' && existsSync(linked) ? linked : process.execPath;
const { status, stderr, error } = spawnSync(node, ['--version'], { encoding: 'utf8' });
if (status !== 0) {
  const reason = error?.message ?? stderr.trim();
  process.stderr.write(`leadsource: the Node that was installed does not run here: ${reason}\n`);
  process.exitCode = 1;
} else if (node === linked || Number(process.versions.node.split('.')[0]) >= 24) {
  // The service starts without what is built, only later: a failure, as without the tools for it, ends no installation.
  spawnSync(node, [join(root, 'server/build.ts')], { stdio: 'inherit' });
}
