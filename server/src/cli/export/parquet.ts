import { type ColumnSource, fileWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import {
  type ExportColumn,
  type ExportColumnType,
  type ExportKind,
  exportColumns,
} from '../../domain/export.ts';

/** As many as are held in memory. Readers can skip whole groups by their range of times and customers. */
const rowsOfGroup = 10_000;

const elements: Readonly<Record<ExportColumnType, Pick<SchemaElement, 'type' | 'converted_type'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  json: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  // As exact text, in the form of the API: readers cast it to the precision they want.
  amount: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  integer: { type: 'INT64' },
  decimal: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
};

/** Rows as columns: the cells of each, or null for one without values. */
export type Columns = Readonly<Record<string, readonly unknown[] | null>>;

/** Where columns go; `add` returns how many rows they stand for. */
export interface ColumnSink {
  add(columns: Columns): number;
  /** Writes what is left; to be called once, after the last row. */
  end(): void;
}

/** A Parquet file, written one group of rows at a time. */
export function parquetSink(kind: ExportKind, path: string): ColumnSink {
  const columns = exportColumns[kind];
  const leaves = columns.map(
    ({ name, type }): SchemaElement => ({ name, ...elements[type], repetition_type: 'OPTIONAL' }),
  );
  const schema: SchemaElement[] = [{ name: 'leadsource', num_children: leaves.length }, ...leaves];
  const writer = new ParquetWriter({ writer: fileWriter(path), schema, createdBy: 'leadsource' });
  let waiting: Columns[] = [];
  let rows = 0;
  const flush = (): void => {
    const columnData = columns.map((column) => columnSourceOf(column, waiting));
    writer.write({ columnData, rowGroupSize: rows });
    waiting = [];
    rows = 0;
  };
  return {
    add(page) {
      const added = lengthOf(page);
      waiting.push(page);
      rows += added;
      if (rows >= rowsOfGroup) flush();
      return added;
    },
    end() {
      if (rows > 0) flush();
      writer.finish();
    },
  };
}

/** Every table has a column with a value in each row. */
function lengthOf(page: Columns): number {
  return Object.values(page).find((cells) => cells !== null)?.length ?? 0;
}

function columnSourceOf({ name, type }: ExportColumn, pages: readonly Columns[]): ColumnSource {
  const cells = pages.flatMap((page) => page[name] ?? Array<null>(lengthOf(page)).fill(null));
  const isKey = type === 'time' || name.endsWith('ustomerId');
  return { name, ...written(cells, type), statistics: isKey };
}

const sampledCells = 1000;
/** The share of distinct cells in a column above which a dictionary would hardly be shorter. */
const mostlyDistinct = 0.9;

/** A column in the form that costs the writer least: texts that hardly repeat as encoded bytes, others for a dictionary. */
function written(cells: unknown[], type: ExportColumnType): Pick<ColumnSource, 'data' | 'encoding'> {
  // As numbers rather than dates, which the writer would convert to numbers several times.
  if (elements[type].type === 'INT64')
    return { data: cells.map((cell) => (cell === null ? null : BigInt(cell as number))) };
  if (elements[type].type !== 'BYTE_ARRAY') return { data: cells };
  const step = Math.max(1, Math.floor(cells.length / sampledCells));
  const sample = cells.filter((cell, place) => place % step === 0 && cell !== null);
  if (new Set(sample).size <= sample.length * mostlyDistinct) return { data: cells };
  return { data: encoded(cells as (string | null)[]), encoding: 'PLAIN' };
}

/** The bytes of texts. One call for all of them takes a quarter of the time of one call for each. */
function encoded(texts: readonly (string | null)[]): (Uint8Array | null)[] {
  const bytes = Buffer.from(texts.join(''));
  const characters = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
  const lengthOf = (text: string) => (bytes.length === characters ? text.length : Buffer.byteLength(text));
  let end = 0;
  return texts.map((text) => {
    if (text === null) return null;
    const start = end;
    end += lengthOf(text);
    return new Uint8Array(bytes.buffer, bytes.byteOffset + start, end - start);
  });
}
