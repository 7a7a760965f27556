import { statfs } from 'node:fs/promises';
import { freemem, tmpdir } from 'node:os';

const memoryDirectory = '/dev/shm';

/** Where to keep what no test wants to outlive it: in memory where there is plenty, so that no disk has to be waited for. */
export async function placeOfShortLife(leastSpareBytes: number): Promise<string> {
  const { bavail, bsize } = await statfs(memoryDirectory).catch(() => ({ bavail: 0, bsize: 0 }));
  return Math.min(bavail * bsize, freemem()) < leastSpareBytes ? tmpdir() : memoryDirectory;
}
