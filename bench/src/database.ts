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
  /** As `DATABASE_URL` names it. */
  readonly url: string;
  /** Milliseconds of processor time that it used so far; absent where it is a part of the server that uses it. */
  readonly databaseTime?: () => number;
  /** A server may be running on it. */
  countTouches(): Promise<number>;
}

/** The embedded engine on a file of this name. */
export function fileDatabase(path: string): Database {
  return { url: `sqlite:${path}`, countTouches: async () => countTouches(path) };
}

/** Fills a new database through the storage's port, in a process of its own. Answers how many seconds it took. */
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

/** Bytes of a file that nobody has open, with every index. */
export function fileSize(path: string): number {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  if (log !== undefined && log.size > 0) throw new Error('There is a log beside the file.');
  return statSync(path).size;
}

/** Each acknowledged write must have left a touch, else some were equal to what was there and cost nothing. */
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

/** How the service's own kind of connection syncs, as the engine tells it. */
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
