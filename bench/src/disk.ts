import { closeSync, fdatasyncSync, openSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './statistics.ts';

const memoryFileSystems = new Map([
  [0x01021994, 'tmpfs'],
  [0x858458f6, 'ramfs'],
]);
const syncs = 100;
const page = Buffer.alloc(4096, 1);

/** Fails where the directory is in memory: a sync costs nothing there, so a durable write means nothing. */
export function requireRealDisk(directory: string): void {
  const name = memoryFileSystems.get(statfsSync(directory).type);
  if (name === undefined) return;
  throw new Error(`${directory} is a ${name}, which is no disk: choose another directory with TMPDIR.`);
}

/** Milliseconds that the disk takes to make one more 4 KiB page durable (median of many). */
export function measureSync(directory: string): number {
  const file = openSync(join(directory, 'sync'), 'w');
  try {
    return median(Array.from({ length: syncs }, () => timeOfSync(file)));
  } finally {
    closeSync(file);
  }
}

function timeOfSync(file: number): number {
  const start = performance.now();
  writeSync(file, page);
  fdatasyncSync(file);
  return performance.now() - start;
}
