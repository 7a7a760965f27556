import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { erasureLine, type LoggedErasure, parseErasureLine } from '../../domain/erasure.ts';
import { syncDirectoryOf } from './placing.ts';

const ownerOnly = 0o600;

/** Beside the database, so that putting an older database in its place leaves it as it is. */
export function erasureLogOf(path: string): string {
  return `${path}.erasures`;
}

/** Answers once the line is on disk. */
export function appendErasure(path: string, erasure: LoggedErasure): void {
  const logPath = erasureLogOf(path);
  const isNew = !existsSync(logPath);
  const file = openSync(logPath, 'a', ownerOnly);
  try {
    // What a power cut left torn is of an erasure that was not acknowledged.
    if (!isNew) ftruncateSync(file, readFileSync(logPath).lastIndexOf('\n') + 1);
    writeSync(file, erasureLine(erasure));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (isNew) syncDirectoryOf(logPath);
}

/** Fails with a plain line where one of them cannot be understood. */
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
