import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Connection, query } from '../../server/src/storage/sqlite/connection.ts';

const fillProgram = fileURLToPath(new URL('./fill.ts', import.meta.url));

export interface FillOptions {
  readonly databasePath: string;
  readonly customers: number;
  readonly touchesPerCustomer: number;
}

export interface Filled {
  readonly seconds: number;
  readonly touches: number;
  /** Of the file, with every index, when the log has gone into it. */
  readonly bytes: number;
}

/** Fills a new file through the storage's port, in a process of its own. */
export async function fill({ databasePath, customers, touchesPerCustomer }: FillOptions): Promise<Filled> {
  const start = performance.now();
  const counts = [String(customers), String(touchesPerCustomer)];
  await promisify(execFile)(process.execPath, [fillProgram, databasePath, ...counts], { env: {} });
  const seconds = (performance.now() - start) / 1000;
  if (existsSync(`${databasePath}-wal`)) throw new Error('The fill left a log beside the file.');
  const bytes = statSync(databasePath).size;
  const touches = countTouches(databasePath);
  if (touches !== customers * touchesPerCustomer) throw new Error(`The fill left ${touches} touches.`);
  return { seconds, touches, bytes };
}

/** The touches in a file, which a server may be running on. */
export function countTouches(databasePath: string): number {
  using connection = new Connection({ path: databasePath, readOnly: true });
  const counted = query.selectFrom('touches').select(({ fn }) => fn.countAll<number>().as('total'));
  return connection.all(counted)[0]?.total ?? 0;
}

/** How the service's own kind of connection syncs, as the engine tells it. */
export function describeDurability(databasePath: string): string {
  using connection = new Connection({ path: databasePath, readOnly: false });
  const synchronous = connection.pragma('synchronous');
  if (synchronous !== 2) throw new Error(`The storage does not sync each commit: ${String(synchronous)}.`);
  return `journal_mode=${String(connection.pragma('journal_mode'))}, synchronous=FULL`;
}
