import type { Instant } from '../domain/time.ts';
import { compareRows, type TableDigest } from './transfer-comparison.ts';
import type { Batch, Place, Reached, Slice, TransferSource, TransferTarget } from './transfer-sides.ts';
import { type Stretch, stretchesOf } from './transfer-stretch.ts';
import { keyOf, type TransferRow } from './transfer-tables.ts';
import type { Watch } from './watch.ts';

export interface Moved {
  /** Null if an earlier run had finished the transfer. */
  readonly tables: readonly TableDigest[] | null;
  readonly organizations: number;
}

export interface TransferOptions {
  readonly watch: Watch;
  readonly now: () => Instant;
  /** Rows per transaction; fewer if rows are long. */
  readonly rowsOfBatch?: number;
}

const usualRowsOfBatch = 4000;
const rowsOfPage = 500;
/** Characters of text per batch, which bounds memory. A single page of the longest rows already exceeds it. */
const charactersOfBatch = 4_000_000;

/**
 * Moves all rows, resuming where an earlier run stopped, and finally compares every one. Fails with a plain sentence that
 * names the table where the two sides differ.
 */
export async function transfer(
  source: TransferSource,
  target: TransferTarget,
  { watch, now, rowsOfBatch = usualRowsOfBatch }: TransferOptions,
): Promise<Moved> {
  const organizations = source.organizations.length;
  if (organizations === 0) throw new Error('There is no organization yet, and so there is nothing to move.');
  const reached = await target.begin(source);
  if (reached.finishedTime !== null) return { tables: null, organizations };
  watch('moving', reached.movedRows, source.rowCount);
  let underWay = Promise.resolve();
  for (const batch of batchesOf(source, reached, rowsOfBatch)) {
    await underWay;
    watch('moving', batch.rowsBefore, source.rowCount);
    underWay = target.keep(batch);
    // The failure surfaces where it is awaited, before the next batch is sent.
    underWay.catch(() => undefined);
    await nextTurn();
  }
  await underWay;
  watch('moving', source.rowCount, source.rowCount);
  await target.settle();
  const tables = await compareRows(source, target, watch);
  await target.finish(now());
  return { tables, organizations };
}

/** Reading the next batch blocks this thread, so the previous one must have been sent first. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function* batchesOf(
  source: TransferSource,
  { movedRows, place }: Reached,
  rowsOfBatch: number,
): Generator<Batch, void, void> {
  let slices: Slice[] = [];
  let [rowsBefore, rows, characters] = [movedRows, 0, 0];
  const batch = (): Batch => {
    const reached = { movedRows: rowsBefore + rows, place: endOf(slices), finishedTime: null };
    return { slices, reached, rowsBefore };
  };
  for (const slice of slicesOf(source, place, Math.min(rowsOfPage, rowsOfBatch))) {
    slices.push(slice);
    rows += slice.rows.length;
    characters += charactersOf(slice.rows);
    if (rows < rowsOfBatch && characters < charactersOfBatch) continue;
    yield batch();
    rowsBefore += rows;
    [slices, rows, characters] = [[], 0, 0];
  }
  if (rows > 0) yield batch();
}

function endOf(slices: readonly Slice[]): Place | null {
  const last = slices.at(-1);
  const row = last?.rows.at(-1);
  if (last === undefined || row === undefined) return null;
  const { table, organizationId } = last.stretch;
  return { table: table.name, organizationId, key: keyOf(table, row) };
}

function* slicesOf(source: TransferSource, place: Place | null, limit: number): Generator<Slice, void, void> {
  const stretches = stretchesOf(source.organizations.map(({ organizationId }) => organizationId));
  const first = place === null ? 0 : stretches.findIndex((stretch) => isAt(stretch, place));
  if (first === -1) throw new Error('The database has changed since its transfer began: begin anew.');
  let after = place?.key ?? null;
  for (const stretch of stretches.slice(first)) {
    for (;;) {
      const rows = source.read(stretch, after, limit);
      const last = rows.at(-1);
      if (last === undefined) break;
      yield { stretch, rows };
      if (rows.length < limit) break;
      after = keyOf(stretch.table, last);
    }
    after = null;
  }
}

function isAt({ table, organizationId }: Stretch, place: Place): boolean {
  return table.name === place.table && organizationId === place.organizationId;
}

function charactersOf(rows: readonly TransferRow[]): number {
  let characters = 0;
  for (const row of rows) {
    for (const cell of Object.values(row)) if (typeof cell === 'string') characters += cell.length;
  }
  return characters;
}
