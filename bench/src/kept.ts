import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { say } from './report.ts';

const run = promisify(execFile);

/**
 * Makes something large at `path`: by `make`, or as a copy of what an earlier run made and kept in the directory `keep`,
 * under this name. What is kept never changes. Null keeps nothing.
 */
export async function makeOrCopy(
  keep: string | null,
  name: string,
  path: string,
  make: (path: string) => Promise<void>,
): Promise<void> {
  if (keep === null) {
    await make(path);
    return;
  }
  const kept = join(keep, name);
  if (existsSync(kept)) {
    say(`  ${kept} is taken as an earlier run has left it.`);
    await copy(kept, path);
    return;
  }
  await make(path);
  await mkdir(keep, { recursive: true });
  const partial = `${kept}.partial`;
  await rm(partial, { recursive: true, force: true });
  await copy(path, partial);
  // It takes its name when it is whole.
  await rename(partial, kept);
}

/** With owners and rights, which a server of PostgreSQL insists on. */
async function copy(from: string, to: string): Promise<void> {
  await run('cp', ['-a', from, to]);
}

/** Brings all that was written to the disk, so that nobody waits for it while something is measured. */
export async function flushDisk(): Promise<void> {
  await run('sync');
}
