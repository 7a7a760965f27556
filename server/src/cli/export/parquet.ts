import { type ColumnSource, fileWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { ExportColumnType, ExportKind } from '../../domain/export.ts';
import { columnsOf } from './cells.ts';
import type { Sink } from './sink.ts';

/** As many as are held in memory; readers skip groups by what their times and customers are. */
const rowsOfGroup = 20_000;

const elements: Readonly<Record<ExportColumnType, Pick<SchemaElement, 'type' | 'converted_type'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  json: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  // Exact, and in the form of the API: readers cast it to the precision they want.
  amount: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  time: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' },
  integer: { type: 'INT64' },
  decimal: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
};

const values: Readonly<Record<ExportColumnType, (value: unknown) => unknown>> = {
  text: (value) => value,
  json: (value) => JSON.stringify(value),
  amount: (value) => value,
  // Not as dates, which the writer would turn into numbers several times.
  time: (value) => BigInt(Date.parse(String(value))),
  integer: (value) => BigInt(Number(value)),
  decimal: Number,
  flag: (value) => value,
};

/** A Parquet file, a group of rows at a time. */
export function parquetSink(kind: ExportKind, path: string): Sink {
  const columns = columnsOf(kind).map((column) => ({ ...column, read: values[column.type] }));
  const leaves = columns.map(
    ({ name, type }): SchemaElement => ({ name, ...elements[type], repetition_type: 'OPTIONAL' }),
  );
  const schema: SchemaElement[] = [{ name: 'leadsource', num_children: leaves.length }, ...leaves];
  const writer = new ParquetWriter({ writer: fileWriter(path), schema, createdBy: 'leadsource' });
  let cells: unknown[][] = columns.map(() => []);
  let rows = 0;
  const flush = (): void => {
    const columnData = columns.map(({ name, type }, place) => ({
      name,
      ...written(cells[place] ?? [], elements[type].type === 'BYTE_ARRAY'),
      statistics: type === 'time' || name.endsWith('ustomerId'),
    }));
    writer.write({ columnData, rowGroupSize: rowsOfGroup });
    cells = columns.map(() => []);
    rows = 0;
  };
  return {
    add(row) {
      for (let place = 0; place < columns.length; place++) {
        const column = columns[place];
        const value = column?.cellOf(row) ?? null;
        cells[place]?.push(value === null ? null : column?.read(value));
      }
      rows += 1;
      if (rows === rowsOfGroup) flush();
    },
    end() {
      if (rows > 0) flush();
      writer.finish();
    },
  };
}

const sampledCells = 1000;
/** Of the cells of a column, where a dictionary of them would be hardly shorter. */
const mostlyDistinct = 0.9;

/** A column as the writer takes it at least cost: texts that hardly repeat as bytes, encoded at once; others in a dictionary. */
function written(cells: unknown[], isText: boolean): Pick<ColumnSource, 'data' | 'encoding'> {
  if (!isText) return { data: cells };
  const step = Math.max(1, Math.floor(cells.length / sampledCells));
  const sample = cells.filter((cell, place) => place % step === 0 && cell !== null);
  if (new Set(sample).size <= sample.length * mostlyDistinct) return { data: cells };
  return { data: encoded(cells as (string | null)[]), encoding: 'PLAIN' };
}

/** The bytes of texts. One call for all of them takes a quarter of the time of one for each. */
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
