import type { InvalidField } from '../../domain/failure.ts';
import { type ImportCounts, noCounts } from './checkpoint.ts';
import { underAcceptedId } from './generated-id.ts';
import type { Mapping } from './mapping.ts';
import { type OpenedFile, recordsOf } from './opened-file.ts';
import { PackedLines } from './packed-lines.ts';
import type { FileRecord, RejectedRecord } from './record.ts';
import type { Rejections } from './rejections.ts';
import { type ImportRow, lineOf, type RowOutcome, rowReader } from './row.ts';

export interface ImportRun {
  readonly file: OpenedFile;
  readonly mapping: Mapping;
  readonly rejections: Rejections;
  /** Whether rows with the same content count as one. */
  readonly equalRowsAreOne: boolean;
  /** The faults of a row by the API's rules: used without a service, and where it would not take related rows all or none. */
  readonly faultsOf: (row: ImportRow) => readonly InvalidField[];
  /** Null if nothing is to be sent. */
  readonly send: ((rows: SentRows) => Promise<readonly RowOutcome[]>) | null;
  readonly begun: Reached;
  /** Called after each batch with how far the import is, once everything up to there is stored. */
  readonly onReached: (reached: Reached) => void;
}

/** Rows as they are sent. */
export interface SentRows {
  readonly lines: PackedLines;
  /** The lines of the file that they come from, by place. */
  readonly firstLines: readonly number[];
  /** The ids that rows had in the file, by place. */
  readonly generatedIds: ReadonlyMap<number, string>;
}

export interface Reached {
  readonly lines: number;
  readonly counts: ImportCounts;
  /** How many bytes of the file have been read. */
  readonly bytes: number;
}

/**
 * What one call takes; between two calls the service can rest for a moment. Little enough that little is sent again after a kill,
 * and that a call stays well below the service's limit, whatever the rows contain.
 */
const rowsOfBatch = 30_000;
const sizeOfBatch = 16_000_000;

/** Reads a file to its end, sends its rows and writes down rejected records. Keeps reading while it sends. */
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
    // The failure surfaces when this is awaited.
    underWay.catch(() => undefined);
  };
  const settle = async (): Promise<void> => {
    const settled = await underWay;
    if (settled === null || settled.lastLine === 0) return;
    total = added(total, settled.counts);
    onReached({ lines: settled.lastLine, bytes: settled.bytes, counts: total });
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

/** Records on their way, and what becomes of them. */
class Batch implements SentRows {
  readonly lines = new PackedLines();
  readonly firstLines: number[] = [];
  readonly generatedIds = new Map<number, string>();
  /** The records that rows come from, by place. */
  readonly texts = new PackedLines();
  readonly rejected: RejectedRecord[] = [];
  passedOver = 0;
  /** Positions in the file at the end of the batch. */
  lastLine = 0;
  bytes = 0;
  counts: ImportCounts = noCounts;
  #characters = 0;
  #records = 0;

  note(record: FileRecord): void {
    this.lastLine = record.lastLine;
    this.#characters += record.text.length;
    this.#records += 1;
  }

  reject({ firstLine, text, fault }: FileRecord, faults: readonly InvalidField[]): void {
    this.rejected.push({ firstLine, text, isReadable: fault === null, faults });
  }

  get isFull(): boolean {
    return (
      this.lines.count >= rowsOfBatch ||
      this.lines.size + this.#characters >= sizeOfBatch ||
      // A long stretch without rows is progress, too.
      this.#records >= 10 * rowsOfBatch
    );
  }
}

function preparer({ mapping, equalRowsAreOne, faultsOf, send }: ImportRun) {
  const read = rowReader(mapping);
  const { kind } = mapping;
  // The service judges each row again, but knows nothing of rows that form one record, or one call of spend.
  const isJudged = send === null || kind === 'spend' || mapping.rows.length > 1;
  return (record: FileRecord, batch: Batch): void => {
    batch.note(record);
    const outcome = read(record);
    if ('passedOver' in outcome) {
      batch.passedOver += 1;
      return;
    }
    if ('faults' in outcome) {
      batch.reject(record, outcome.faults);
      return;
    }
    const rows = outcome.rows.map((row) => underAcceptedId(kind, row));
    const faults = isJudged ? rows.flatMap(faultsOf) : [];
    if (faults.length > 0) {
      batch.reject(record, faults);
      return;
    }
    rows.forEach((row, place) => {
      const told = outcome.rows[place];
      if (told !== undefined && row !== told) batch.generatedIds.set(batch.lines.count, String(told['id']));
      const distinction = equalRowsAreOne ? '' : `line ${record.firstLine} ${place}`;
      batch.lines.add(lineOf(kind, row, distinction));
      batch.firstLines.push(record.firstLine);
      batch.texts.add(record.text);
    });
  };
}

async function deliver({ rejections, send }: ImportRun, batch: Batch): Promise<Batch> {
  const outcomes = send === null || batch.lines.count === 0 ? [] : await send(batch);
  let [addedRows, known] = [0, 0];
  // Keyed by line, since a record of several rows is rejected once.
  const refused = new Map<number, RejectedRecord>();
  outcomes.forEach((outcome, place) => {
    if (outcome === 'added') addedRows += 1;
    else if (outcome === 'known') known += 1;
    else {
      const firstLine = batch.firstLines[place] ?? 0;
      const text = batch.texts.at(place);
      refused.set(firstLine, { firstLine, text, isReadable: true, faults: outcome.faults });
    }
  });
  const rejected = [...batch.rejected, ...refused.values()];
  for (const record of rejected.toSorted((one, other) => one.firstLine - other.firstLine)) {
    rejections.reject(record);
  }
  const counts = { added: addedRows, known, rejected: rejected.length, passedOver: batch.passedOver };
  // Without asking the service, nobody knows which rows exist already.
  batch.counts = send === null ? { ...counts, added: batch.lines.count } : counts;
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
