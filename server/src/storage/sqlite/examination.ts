import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { doubtful, type Finding, well, wrong } from '../examination.ts';
import { Connection } from './connection.ts';
import { placeOf, requireWritable } from './files.ts';
import { requirePermittedLock } from './lock.ts';
import { migrations, pendingMigrations } from './migrations.ts';
import { requireDatabaseFile } from './whole-copy.ts';

/** The type numbers of file systems that keep nothing or share files over a network. */
const unfit: ReadonlyMap<number, string> = new Map([
  [0x01021994, 'in memory (tmpfs), and gone with the machine'],
  [0x858458f6, 'in memory (ramfs), and gone with the machine'],
  [0x6969, 'on a network (NFS), whose locks cannot be trusted'],
  [0xff534d42, 'on a network (CIFS), whose locks cannot be trusted'],
  [0xfe534d42, 'on a network (SMB), whose locks cannot be trusted'],
]);
const scarceBytes = 1024 ** 3;
const syncs = 5;
/** No disk that waits for its platters or cells is this fast. */
const suspiciousMilliseconds = 0.02;
const slowMilliseconds = 50;

/** Examines a database file and its location; writes nothing but a small file beside it, which it removes. Never fails. */
export async function examineSqlite(path: string): Promise<readonly Finding[]> {
  const directory = dirname(resolve(path));
  if (!existsSync(directory)) {
    return [doubtful('database', `There is no directory ${directory} yet; the first start makes it.`)];
  }
  return [...(await lookAtFile(path)), ...lookAtPlace(directory, path)];
}

async function lookAtFile(path: string): Promise<readonly Finding[]> {
  try {
    requirePermittedLock(placeOf(path));
    if (!existsSync(path))
      return [well('database', `There is no database at ${path} yet; the first start makes it.`)];
    requireWritable(path);
    await requireDatabaseFile(path);
    using connection = new Connection({ path, readOnly: true });
    const pending = pendingMigrations(connection);
    const version = migrations.length - pending;
    const findings = [
      pending === 0
        ? well('database', `${path} is of version ${version}, which is this program's.`)
        : doubtful(
            'database',
            `${path} is of version ${version}; the next start of the service brings it to ${migrations.length}, and keeps a copy.`,
          ),
    ];
    // Other users of the machine could read keys and webhook secrets there.
    const { mode } = statSync(path);
    if ((mode & 0o077) !== 0)
      findings.push(doubtful('permissions', `Others of this machine may open ${path}: chmod 600 it.`));
    return findings;
  } catch (error) {
    return [wrong('database', error instanceof Error ? error.message : String(error))];
  }
}

function lookAtPlace(directory: string, path: string): readonly Finding[] {
  const { type, bavail, bsize } = statfsSync(directory);
  const findings: Finding[] = [];
  const fault = unfit.get(type);
  if (fault !== undefined) findings.push(wrong('disk', `The database lies ${fault}: give it a local disk.`));
  const free = bavail * bsize;
  const used = existsSync(path) ? statSync(path).size : 0;
  const text = `${(free / scarceBytes).toFixed(1)} GiB are free in ${directory}`;
  // A migration keeps a copy, and a backup may be made beside it.
  const isScarce = free < Math.max(scarceBytes, used);
  findings.push(
    isScarce
      ? doubtful('disk', `Only ${text}: an update copies the database first.`)
      : well('disk', `${text}.`),
  );
  return [...findings, lookAtSyncs(directory)];
}

function lookAtSyncs(directory: string): Finding {
  const probe = resolve(directory, `.leadsource-doctor-${Date.now()}`);
  try {
    const milliseconds = timeOfSync(probe);
    const text = `A sync of the disk takes ${milliseconds.toFixed(2)} ms`;
    if (milliseconds < suspiciousMilliseconds) {
      return doubtful('durability', `${text}, as if nothing were written: does it keep what it has synced?`);
    }
    return milliseconds > slowMilliseconds
      ? doubtful('durability', `${text}, and every write waits for one: a faster disk would help.`)
      : well('durability', `${text}.`);
  } catch (error) {
    return wrong(
      'durability',
      `Nothing can be written beside the database: ${error instanceof Error ? error.message : error}.`,
    );
  } finally {
    rmSync(probe, { force: true });
  }
}

/** The median of a few syncs. */
function timeOfSync(path: string): number {
  const file = openSync(path, 'wx', 0o600);
  try {
    const times = Array.from({ length: syncs }, () => {
      writeSync(file, 'x');
      const start = performance.now();
      fsyncSync(file);
      return performance.now() - start;
    });
    return times.toSorted((one, other) => one - other)[Math.floor(syncs / 2)] ?? 0;
  } finally {
    closeSync(file);
  }
}
