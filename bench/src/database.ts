import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Connection, query } from '../../server/src/storage/sqlite/connection.ts';
import { arrivalCount, type FillPlan } from './arrivals.ts';
import { say } from './report.ts';

const fillProgram = fileURLToPath(new URL('./fill.ts', import.meta.url));

/** A database of the benchmark, on either engine. */
export interface Database {
  /** In the form of `DATABASE_URL`. */
  readonly url: string;
  /** Milliseconds of processor time that the database has used so far; absent where it runs inside the server. */
  readonly databaseTime?: () => number;
  /** Works while a server is running on it. */
  countTouches(): Promise<number>;
}

/** The embedded engine on a file at this path. */
export function fileDatabase(path: string): Database {
  return { url: `sqlite:${path}`, countTouches: async () => countTouches(path) };
}

/** Fills a new database through the storage's port, in a process of its own. Returns the seconds it took. */
export async function fill(database: Database, plan: FillPlan): Promise<number> {
  const { customers, touches, organizations } = plan;
  const start = performance.now();
  const counts = [customers, touches, organizations].map(String);
  const environment = { DATABASE_URL: database.url };
  await promisify(execFile)(process.execPath, [fillProgram, ...counts], { env: environment });
  const seconds = (performance.now() - start) / 1000;
  const filled = await database.countTouches();
  if (filled !== arrivalCount(plan)) throw new Error(`The fill left ${filled} touches.`);
  return seconds;
}

/** Bytes of a database file that nobody has open, indexes included. */
export function fileSize(path: string): number {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log !== undefined && log.size > 0) throw new Error('There is a log beside the file.');
  return statSync(path).size;
}

/** Each acknowledged write must have left a touch; otherwise some equalled what was stored, and cost nothing. */
export async function requireEveryPut(
  database: Database,
  touchesBefore: number,
  acknowledged: number,
  writes: 'PUTs' | 'captures' = 'PUTs',
): Promise<void> {
  const added = (await database.countTouches()) - touchesBefore;
  if (added !== acknowledged) throw new Error(`${acknowledged} ${writes} left ${added} touches.`);
  say(`  ${acknowledged} ${writes} were acknowledged and left as many touches.`);
}

/** How a connection of the service's own kind syncs, as the engine states it. */
export function describeDurability(path: string): string {
  using connection = new Connection({ path, readOnly: false });
  const synchronous = connection.pragma('synchronous');
  if (synchronous !== 2) throw new Error(`The storage does not sync each commit: ${String(synchronous)}.`);
  return `journal_mode=${String(connection.pragma('journal_mode'))}, synchronous=FULL`;
}

function countTouches(path: string): number {
  using connection = new Connection({ path, readOnly: true });
  const counted = query.selectFrom('touches').select(({ fn }) => fn.countAll<number>().as('total'));
  return connection.all(counted)[0]?.total ?? 0;
}
