import { closeSync, constants, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { erasureLine, type LoggedErasure, parseErasureLine } from '../../domain/erasure.ts';
import { syncDirectoryOf, writeWhole } from './placing.ts';

const ownerOnly = 0o600;

/** Beside the database, so that restoring an older database leaves it untouched. */
export function erasureLogOf(path: string): string {
  return `${path}.erasures`;
}

/** Returns once the line is on disk. */
export function appendErasure(path: string, erasure: LoggedErasure): void {
  const logPath = erasureLogOf(path);
  const file = openSync(logPath, constants.O_RDWR | constants.O_CREAT, ownerOnly);
  try {
    const end = readFileSync(file).lastIndexOf('\n') + 1;
    if (end === 0) syncDirectoryOf(logPath);
    // A line torn by a power cut or a full disk belongs to an erasure that was never acknowledged.
    ftruncateSync(file, end);
    writeWhole(file, Buffer.from(erasureLine(erasure)), end);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Fails with a plain sentence if a line cannot be parsed. */
export function readErasureLog(path: string): readonly LoggedErasure[] {
  const logPath = erasureLogOf(path);
  if (!existsSync(logPath)) return [];
  const lines = readFileSync(logPath, 'utf8').split('\n').slice(0, -1);
  return lines.map((line, place) => {
    try {
      return parseErasureLine(line);
    } catch (cause) {
      throw new Error(`Line ${place + 1} of ${logPath} is broken: mend or remove it.`, { cause });
    }
  });
}
