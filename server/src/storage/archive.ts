import { createHash, type Hash } from 'node:crypto';
import type { Instant } from '../domain/time.ts';
import { wholeOf } from '../domain/whole.ts';
import type { TableDigest } from './transfer-comparison.ts';
import type { Batch, MovedOrganization, ReadRows, Slice, TransferTarget } from './transfer-sides.ts';
import { type Stretch, stretchesOf } from './transfer-stretch.ts';
import {
  type Cell,
  type ColumnType,
  canonicalText,
  keyOf,
  type TransferRow,
  type TransferTable,
  transferTables,
} from './transfer-tables.ts';

/**
 * All rows of a store as lines of JSON, the same whichever engine wrote them or reads them: a head; then, line by line, rows
 * of one table and one organization; and an end, without which the archive is incomplete.
 */

/** Told how many rows are done. */
export type RowWatch = (step: 'archiving' | 'moving' | 'comparing', rows: number) => void;

/** Where an archive's rows come from. */
export interface ArchiveSource {
  /** Sorted by number. */
  readonly organizations: readonly MovedOrganization[];
  /** Lets `work` read the rows of one organization, or (null) those that belong to none, on one snapshot. */
  reading(
    organizationId: number | null,
    work: (read: ReadRows<Promise<readonly TransferRow[]>>) => Promise<void>,
  ): Promise<void>;
}

interface Head {
  readonly format: 'leadsource-archive';
  /** Different for each archive. */
  readonly identity: string;
  readonly organizations: readonly MovedOrganization[];
  /** The columns of each table, in the order of the cells. */
  readonly tables: Readonly<Record<string, readonly string[]>>;
}

/** Bytes are in hex; an integer is a text if a number would not be exact. */
type ArchivedCell = string | number | null;

interface RowsLine {
  readonly table: string;
  readonly organizationId: number | null;
  readonly rows: readonly (readonly ArchivedCell[])[];
}

interface End {
  readonly end: true;
  readonly tables: readonly TableDigest[];
}

const rowsOfLine = 500;

const columnsOfTables = Object.fromEntries(
  transferTables.map(({ name, columns }) => [name, Object.keys(columns)]),
);

/** Writes the lines of an archive. Rows come stretch by stretch, those of each organization from one snapshot. */
export async function archive(
  source: ArchiveSource,
  identity: string,
  write: (line: string) => Promise<void>,
  watch: RowWatch,
): Promise<readonly TableDigest[]> {
  const { organizations } = source;
  const head: Head = { format: 'leadsource-archive', identity, organizations, tables: columnsOfTables };
  await write(JSON.stringify(head));
  const tables = await digestsOf(source, async (stretch, rows, rowCount) => {
    await write(JSON.stringify(lineOf(stretch, rows)));
    watch('archiving', rowCount);
  });
  await write(JSON.stringify({ end: true, tables } satisfies End));
  return tables;
}

/** Reads all rows and hands them on page by page, with how many there have been. Returns the checksum of each table. */
async function digestsOf(
  source: ArchiveSource,
  onPage: (stretch: Stretch, rows: readonly TransferRow[], rowCount: number) => Promise<void>,
): Promise<readonly TableDigest[]> {
  const digests = new Digests();
  let rowCount = 0;
  for (const [organizationId, group] of groupsOf(source.organizations)) {
    await source.reading(organizationId, async (read) => {
      for (const stretch of group) {
        for await (const rows of pagesOf(stretch, read)) {
          digests.add(stretch.table, rows);
          rowCount += rows.length;
          await onPage(stretch, rows, rowCount);
        }
      }
    });
  }
  return digests.finish();
}

/** Groups neighbouring stretches of the same organization: each group is read on one snapshot. */
function groupsOf(
  organizations: readonly MovedOrganization[],
): readonly (readonly [number | null, Stretch[]])[] {
  const groups: (readonly [number | null, Stretch[]])[] = [];
  for (const stretch of stretchesOf(organizations.map(({ organizationId }) => organizationId))) {
    const last = groups.at(-1);
    if (last !== undefined && last[0] === stretch.organizationId) last[1].push(stretch);
    else groups.push([stretch.organizationId, [stretch]]);
  }
  return groups;
}

async function* pagesOf(stretch: Stretch, read: ReadRows<Promise<readonly TransferRow[]>>) {
  let after: readonly Cell[] | null = null;
  for (;;) {
    const rows: readonly TransferRow[] = await read(stretch, after, rowsOfLine);
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    if (rows.length < rowsOfLine) return;
    after = keyOf(stretch.table, last);
  }
}

function lineOf({ table, organizationId }: Stretch, rows: readonly TransferRow[]): RowsLine {
  const columns = Object.keys(table.columns);
  const cells = rows.map((row) => columns.map((column) => archivedCell(row[column] ?? null)));
  return { table: table.name, organizationId, rows: cells };
}

function archivedCell(cell: Cell): ArchivedCell {
  if (typeof cell === 'bigint') return String(cell);
  return cell instanceof Uint8Array ? Buffer.from(cell).toString('hex') : cell;
}

function cellOf(archived: ArchivedCell, type: ColumnType): Cell {
  if (archived === null) return null;
  if (type === 'bytea') return Buffer.from(String(archived), 'hex');
  if (type !== 'bigint') return archived;
  if (typeof archived === 'string') return wholeOf(archived);
  if (Number.isSafeInteger(archived)) return archived;
  throw new Error(
    'The archive has a sum that was rounded by the version of leadsource that made it: restore it with that one.',
  );
}

/** Checksums over the rows of each table, in archive order. */
class Digests {
  readonly #tables = new Map<string, { rows: number; readonly hash: Hash }>(
    transferTables.map(({ name }) => [name, { rows: 0, hash: createHash('sha256') }]),
  );

  add(table: TransferTable, rows: readonly TransferRow[]): void {
    const counted = rows.filter((row) => !isEngineNumbering(table, row));
    const sum = this.#tables.get(table.name);
    if (sum === undefined) throw new Error(`No rows of ${table.name} are archived.`);
    sum.rows += counted.length;
    sum.hash.update(canonicalText(table, counted));
  }

  finish(): readonly TableDigest[] {
    return Array.from(this.#tables, ([table, { rows, hash }]) => ({
      table,
      rows,
      checksum: hash.digest('hex'),
    }));
  }
}

const engineNouns: readonly unknown[] = ['tuple', 'actor'];

/** True for a row of `key_ranges` that differs by engine: one counts on from such a range, another from the existing rows. */
export function isEngineNumbering({ name }: Pick<TransferTable, 'name'>, row: TransferRow): boolean {
  return name === 'key_ranges' && engineNouns.includes(row['noun']);
}

export interface RestoreOptions {
  readonly watch: RowWatch;
  readonly now: () => Instant;
}

/** Fills an empty store from an archive, then reads it again to compare. Fails with a plain sentence that says what is wrong. */
export async function unarchive(
  lines: AsyncIterable<string>,
  target: TransferTarget,
  { watch, now }: RestoreOptions,
): Promise<readonly TableDigest[]> {
  const iterator = lines[Symbol.asyncIterator]();
  const head = headOf(await iterator.next());
  const { identity, organizations } = head;
  const begun = await target.begin({ identity, organizations, rowCount: 0, read: () => [] });
  if (begun.finishedTime !== null) throw new Error('The database was filled from this archive before.');
  let movedRows = 0;
  let end: End | null = null;
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    const line = parsed(next.value) as RowsLine | End;
    if ('end' in line) {
      end = line;
      break;
    }
    const slice = sliceOf(line);
    const rowsBefore = movedRows;
    movedRows += slice.rows.length;
    // An earlier, interrupted attempt may have stored these already.
    if (movedRows <= begun.movedRows) continue;
    await target.keep(batchOf(slice, rowsBefore, movedRows));
    watch('moving', movedRows);
  }
  if (end === null) throw new Error('The archive is not whole: its end is missing.');
  await target.settle();
  await requireSame(organizations, target, end.tables, watch);
  await target.finish(now());
  return end.tables;
}

function headOf({ done, value }: IteratorResult<string, unknown>): Head {
  const head = done === true ? null : (parsed(value) as Partial<Head> | null);
  if (head?.format !== 'leadsource-archive') throw new Error('This is no archive of leadsource.');
  if (JSON.stringify(head.tables) !== JSON.stringify(columnsOfTables)) {
    throw new Error(
      'The archive is of another version of leadsource: restore it with that one, then update.',
    );
  }
  return head as Head;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new Error('The archive is damaged: a line is no JSON.');
  }
}

function sliceOf({ table: name, organizationId, rows }: RowsLine): Slice {
  const table = transferTables.find((known) => known.name === name);
  if (table === undefined) throw new Error(`The archive is damaged: it has rows of ${JSON.stringify(name)}.`);
  const columns = Object.entries(table.columns);
  const rowOf = (cells: RowsLine['rows'][number]): TransferRow =>
    Object.fromEntries(columns.map(([column, type], place) => [column, cellOf(cells[place] ?? null, type)]));
  return { stretch: { table, organizationId }, rows: rows.map(rowOf) };
}

function batchOf(slice: Slice, rowsBefore: number, movedRows: number): Batch {
  const { table, organizationId } = slice.stretch;
  const last = slice.rows.at(-1);
  const place = last === undefined ? null : { table: table.name, organizationId, key: keyOf(table, last) };
  return { slices: [slice], rowsBefore, reached: { movedRows, place, finishedTime: null } };
}

async function requireSame(
  organizations: readonly MovedOrganization[],
  target: TransferTarget,
  expected: readonly TableDigest[],
  watch: RowWatch,
): Promise<void> {
  const source: ArchiveSource = {
    organizations,
    reading: (organizationId, work) => target.reading(organizationId, work),
  };
  const digests = await digestsOf(source, async (_stretch, _rows, rowCount) => watch('comparing', rowCount));
  const found = new Map(digests.map((digest) => [digest.table, digest]));
  const different = expected.find(
    ({ table, rows, checksum }) => found.get(table)?.checksum !== checksum || found.get(table)?.rows !== rows,
  );
  if (different === undefined) return;
  const { table, rows } = different;
  throw new Error(
    `The rows of ${table} differ: ${rows} in the archive, ${found.get(table)?.rows ?? 0} in the database.`,
  );
}
