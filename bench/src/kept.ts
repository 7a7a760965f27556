import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { say } from './report.ts';

const run = promisify(execFile);

/**
 * Makes something large at `path`: with `make`, or as a copy of what an earlier run kept in the directory `keep` under this
 * name. A kept copy never changes. A `keep` of null keeps nothing.
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
  // It gets its name only when it is complete.
  await rename(partial, kept);
}

/** Copies owners and permissions as well, which a PostgreSQL server insists on. */
async function copy(from: string, to: string): Promise<void> {
  await run('cp', ['-a', from, to]);
}

/** Writes everything pending to the disk, so that no measurement waits for it. */
export async function flushDisk(): Promise<void> {
  await run('sync');
}
