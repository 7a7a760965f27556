import type { InvalidField } from '../../domain/failure.ts';
import { type ImportCounts, noCounts } from './checkpoint.ts';
import type { Mapping } from './mapping.ts';
import { type OpenedFile, recordsOf } from './opened-file.ts';
import type { FileRecord } from './record.ts';
import type { Rejections } from './rejections.ts';
import { contentId, type ImportRow, rowReader } from './row.ts';
import type { RowOutcome } from './sending.ts';

export interface ImportRun {
  readonly file: OpenedFile;
  readonly mapping: Mapping;
  readonly rejections: Rejections;
  /** Whether rows that say the same are one and the same. */
  readonly equalRowsAreOne: boolean;
  /** What is wrong with a row by the rules of the API. */
  readonly faultsOf: (row: ImportRow) => readonly InvalidField[];
  /** Null where nothing is to be sent. */
  readonly send: ((rows: readonly ImportRow[]) => Promise<readonly RowOutcome[]>) | null;
  readonly begun: Reached;
  /** Told after each batch how far the import is, when all before is kept. */
  readonly onReached: (reached: Reached) => void;
}

export interface Reached {
  readonly lines: number;
  readonly counts: ImportCounts;
  /** Of the file. */
  readonly bytes: number;
}

/** In one call: enough that the service always has work, few enough that little is sent again after a kill. */
const rowsOfBatch = 5000;
const charactersOfBatch = 4_000_000;

/** Reads a file to its end, sends its rows and writes down what is rejected. Sends while it reads on. */
export async function runImport(run: ImportRun): Promise<ImportCounts> {
  const { file, begun, onReached } = run;
  let batch = new Batch();
  let total = begun.counts;
  let underWay: Promise<Batch | null> = Promise.resolve(null);
  const send = async (): Promise<void> => {
    const next = batch;
    batch = new Batch();
    await settle();
    underWay = deliver(run, next);
    // Its failure is heard when it is waited for.
    underWay.catch(() => undefined);
  };
  const settle = async (): Promise<void> => {
    const settled = await underWay;
    if (settled === null || settled.lines === 0) return;
    total = added(total, settled.counts);
    onReached({ lines: settled.lines, bytes: settled.bytes, counts: total });
  };
  const prepare = preparer(run);
  for await (const { records, bytes } of recordsOf(file, begun.lines)) {
    for (const record of records) {
      prepare(record, batch);
      batch.bytes = bytes;
      if (batch.isFull) await send();
    }
  }
  await send();
  await settle();
  return total;
}

/** Records on their way, with what becomes of them. */
class Batch {
  readonly rows: { readonly row: ImportRow; readonly record: FileRecord }[] = [];
  readonly rejected: { readonly record: FileRecord; readonly faults: readonly InvalidField[] }[] = [];
  passedOver = 0;
  lines = 0;
  bytes = 0;
  counts: ImportCounts = noCounts;
  #characters = 0;
  #records = 0;

  note(record: FileRecord): void {
    this.lines = record.lastLine;
    this.#characters += record.text.length;
    this.#records += 1;
  }

  get isFull(): boolean {
    return (
      this.rows.length >= rowsOfBatch ||
      this.#characters >= charactersOfBatch ||
      // A long stretch without rows is progress, too.
      this.#records >= 10 * rowsOfBatch
    );
  }
}

function preparer({ mapping, equalRowsAreOne, faultsOf }: ImportRun) {
  const read = rowReader(mapping);
  const { kind } = mapping;
  return (record: FileRecord, batch: Batch): void => {
    batch.note(record);
    const outcome = read(record);
    if ('passedOver' in outcome) {
      batch.passedOver += 1;
      return;
    }
    if ('faults' in outcome) {
      batch.rejected.push({ record, faults: outcome.faults });
      return;
    }
    const faults = outcome.rows.flatMap(faultsOf);
    if (faults.length > 0) {
      batch.rejected.push({ record, faults });
      return;
    }
    outcome.rows.forEach((row, place) => {
      const distinction = equalRowsAreOne ? '' : `line ${record.firstLine} ${place}`;
      const id = kind === 'spend' || 'id' in row ? {} : { id: contentId(kind, row, distinction) };
      batch.rows.push({ row: { ...id, ...row }, record });
    });
  };
}

async function deliver({ rejections, send }: ImportRun, batch: Batch): Promise<Batch> {
  const outcomes =
    send === null || batch.rows.length === 0 ? [] : await send(batch.rows.map(({ row }) => row));
  let [addedRows, known] = [0, 0];
  const refused = new Map<FileRecord, readonly InvalidField[]>();
  outcomes.forEach((outcome, place) => {
    const record = batch.rows[place]?.record;
    if (outcome === 'added') addedRows += 1;
    else if (outcome === 'known') known += 1;
    else if (record !== undefined) refused.set(record, outcome.faults);
  });
  const rejected = [...batch.rejected, ...Array.from(refused, ([record, faults]) => ({ record, faults }))];
  for (const { record, faults } of rejected.toSorted(
    (one, other) => one.record.firstLine - other.record.firstLine,
  )) {
    rejections.reject(record, faults);
  }
  const counts = { added: addedRows, known, rejected: rejected.length, passedOver: batch.passedOver };
  // Without a service nobody knows what is there already.
  batch.counts = send === null ? { ...counts, added: batch.rows.length } : counts;
  return batch;
}

function added(one: ImportCounts, other: ImportCounts): ImportCounts {
  return {
    added: one.added + other.added,
    known: one.known + other.known,
    rejected: one.rejected + other.rejected,
    passedOver: one.passedOver + other.passedOver,
  };
}
