import { execFile } from 'node:child_process';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const workspace = join(import.meta.dirname, '..');
const root = join(workspace, '..');

interface Description {
  readonly exports: Readonly<Record<string, string>>;
}

/**
 * Compiles the client into a folder that can be published as it stands. Inside this repository the package's entries are
 * its sources, so that nothing is to be built; what is published has JavaScript and declarations in their place.
 */
export async function buildPackage(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const compiler = join(root, 'node_modules/.bin/tsc');
  const emit = [
    '--noEmit',
    'false',
    '--declaration',
    '--rootDir',
    join(workspace, 'src'),
    '--outDir',
    folder,
  ];
  await promisify(execFile)(compiler, ['-p', workspace, ...emit]);
  const description: Description = JSON.parse(await readFile(join(workspace, 'package.json'), 'utf8'));
  const entries = Object.entries(description.exports).map(([entry, source]) => {
    const file = source.replace(/^\.\/src\//, './').replace(/\.ts$/, '');
    return [entry, { types: `${file}.d.ts`, default: `${file}.js` }];
  });
  const published = { ...description, exports: Object.fromEntries(entries) };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  await copyFile(join(root, 'LICENSE'), join(folder, 'LICENSE'));
  await copyFile(join(root, 'docs/client.md'), join(folder, 'README.md'));
}
