import { closeSync, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { erasureLine, type LoggedErasure, parseErasureLine } from '../../domain/erasure.ts';
import { erasureOf } from '../rows/erasure.ts';
import { type Connection, query } from './connection.ts';
import { makeFile } from './files.ts';
import { readWhole, syncDirectoryOf, writeWhole } from './placing.ts';

/** How much of the end of the log is read at a time: hundreds of lines, of which only the last can be torn. */
const bytesAtOnce = 65_536;

/** Beside the database, so that restoring an older database leaves it untouched. */
export function erasureLogOf(path: string): string {
  return `${path}.erasures`;
}

/** The log as the writer keeps it: a line is on disk before its transaction commits, and stays only if it does. */
export class ErasureLog {
  readonly #database: string;
  readonly #path: string;
  /** Where the log ended before the lines of a transaction that has not committed; null if it has none. */
  #keptEnd: number | null = null;

  constructor(path: string) {
    this.#database = path;
    this.#path = erasureLogOf(path);
  }

  /** Returns once the lines are on disk. */
  append(erasures: readonly LoggedErasure[]): void {
    makeFile(this.#path, this.#database);
    withFile(this.#path, (file) => {
      const end = endOfLastLine(file);
      if (end === 0) syncDirectoryOf(this.#path);
      // A line torn by a power cut or a full disk belongs to an erasure that was never acknowledged.
      ftruncateSync(file, end);
      this.#keptEnd ??= end;
      writeWhole(file, Buffer.from(erasures.map(erasureLine).join('')), end);
      fsyncSync(file);
    });
  }

  /** Called once the transaction has committed. */
  keep(): void {
    this.#keptEnd = null;
  }

  /**
   * Removes the lines of a transaction that was rolled back: a later start would repeat an erasure that was refused. Fails as
   * files do, and can be called again.
   */
  takeBack(): void {
    const end = this.#keptEnd;
    if (end !== null && existsSync(this.#path)) {
      withFile(this.#path, (file) => {
        ftruncateSync(file, Math.min(end, fstatSync(file).size));
        fsyncSync(file);
      });
    }
    this.#keptEnd = null;
  }
}

function withFile(path: string, work: (file: number) => void): void {
  const file = openSync(path, 'r+');
  try {
    work(file);
  } finally {
    closeSync(file);
  }
}

/** Where the last whole line ends, found from the end of the file; 0 if there is none. */
function endOfLastLine(file: number): number {
  const bytes = Buffer.alloc(bytesAtOnce);
  for (let end = fstatSync(file).size; end > 0; ) {
    const start = Math.max(0, end - bytesAtOnce);
    const read = readWhole(file, bytes.subarray(0, end - start), start);
    const place = read.lastIndexOf('\n');
    if (place >= 0) return start + place + 1;
    end = start;
  }
  return 0;
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

/**
 * Logs the erasures that only the database knows, as one that came from an archive or a backup does: away from the log, the
 * next restore of an older database would bring these customers back. Nobody else may write to the log meanwhile. Fails
 * with a plain sentence.
 */
export function completeErasureLog(path: string, connection: Pick<Connection, 'all'>): void {
  const known = query
    .selectFrom('erasures')
    .innerJoin('organizations', 'organizations.organization_id', 'erasures.organization_id');
  const ids = connection.all(known.select(['public_id', 'erasure_id']));
  if (ids.length === 0) return;
  const logged = new Set(readErasureLog(path).map(({ organizationId, id }) => `${organizationId} ${id}`));
  const isMissing = (row: { readonly public_id: string; readonly erasure_id: string }): boolean =>
    !logged.has(`${row.public_id} ${row.erasure_id}`);
  // Hardly ever: the rest of all rows takes longer to read.
  if (!ids.some(isMissing)) return;
  const missing = connection
    .all(known.selectAll('erasures').select('public_id'))
    .filter(isMissing)
    .map((row) => ({ organizationId: row.public_id, ...erasureOf(row) }));
  try {
    new ErasureLog(path).append(missing);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${erasureLogOf(path)} lacks erasures that the database knows: ${reason}.`, { cause });
  }
}

/**
 * Fails with a plain sentence if the log has an erasure of one of the database's organizations that the database does not
 * know, as after a restore: away from the log, nobody would repeat it.
 */
export function requireErasuresRepeated(path: string, connection: Connection): void {
  const rows = connection.all(
    query
      .selectFrom('organizations')
      .leftJoin('erasures', 'erasures.organization_id', 'organizations.organization_id')
      .select(['public_id', 'erasure_id']),
  );
  const known = new Map(
    Array.from(
      Map.groupBy(rows, (row) => row.public_id),
      ([id, ofOne]) => [id, new Set(ofOne.map((row) => row.erasure_id))],
    ),
  );
  if (readErasureLog(path).every(({ organizationId, id }) => known.get(organizationId)?.has(id) ?? true))
    return;
  throw new Error(
    `${erasureLogOf(path)} has erasures that the database does not know: start the service once, which repeats them, and stop it.`,
  );
}
