import { statSync } from 'node:fs';
import type { Surroundings } from './surroundings.ts';

/**
 * Fails if the name of a file to be written is taken, by anything but a file that may be replaced: a device or a pipe would be
 * gone.
 */
export function requireFree(path: string, mayReplace: boolean): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) return;
  if (there.isDirectory()) throw new Error(`${path} is a directory: name a file in it.`);
  if (!there.isFile()) throw new Error(`${path} is no file that could be replaced: name another.`);
  if (!mayReplace) throw new Error(`${path} already exists: --force replaces it.`);
}

/** An ending for the name of a file that is not complete yet; no other process takes the same one. */
export function partialEnding({ random }: Surroundings): string {
  return `.${Buffer.from(random(6)).toString('hex')}.partial`;
}
