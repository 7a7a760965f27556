import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unprivileged } from './postgres-programs.ts';

const run = promisify(execFile);
const blockBytes = 1024 * 1024;
const lastBlockBytes = 4096;

/** Why small disks cannot be made here; null where they can. */
export const whyNoSmallDisk =
  process.platform === 'linux' && process.getuid?.() === 0 ? null : 'only root may mount a small disk';
/** Where a machine must be able to do everything, a test is not left out but fails. */
export const isWithoutSmallDisk = whyNoSmallDisk !== null && process.env['CI'] === undefined;

/** A disk of a few megabytes, in memory, for whoever runs servers. Fails where the system does not let it be mounted. */
export async function mountSmallDisk(megabytes: number): Promise<SmallDisk> {
  const directory = await mkdtemp(join(tmpdir(), 'leadsource-disk-'));
  const { uid = 0, gid = 0 } = unprivileged;
  const options = `size=${megabytes}m,mode=700,uid=${uid},gid=${gid}`;
  await run('mount', ['-t', 'tmpfs', '-o', options, 'leadsource-test', directory]);
  return new SmallDisk(directory);
}

export class SmallDisk implements AsyncDisposable {
  readonly directory: string;
  readonly #ballast: string;

  constructor(directory: string) {
    this.directory = directory;
    this.#ballast = join(directory, 'ballast');
  }

  /** Leaves no room on it. */
  async fill(): Promise<void> {
    const file = await open(this.#ballast, 'w');
    for (const bytes of [blockBytes, lastBlockBytes]) {
      const block = new Uint8Array(bytes);
      while ((await file.write(block).catch(refusalOfFullDisk)).bytesWritten === bytes);
    }
    await file.close();
  }

  /** Makes room again. */
  async clear(): Promise<void> {
    await rm(this.#ballast, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run('umount', [this.directory]);
    await rm(this.directory, { recursive: true });
  }
}

function refusalOfFullDisk(error: unknown): { readonly bytesWritten: number } {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return { bytesWritten: 0 };
  throw error;
}
