import { type ChannelTuple, tupleFields } from '../domain/channel.ts';
import type { ExportKind } from '../domain/export.ts';
import { formatInstant, type Instant } from '../domain/time.ts';
import type { ChannelledPage } from '../operations/export.ts';
import type { ExportedColumns } from '../storage/store.ts';

export type Row = Readonly<Record<string, unknown>>;

/** How the rows of a table are shown: given a page, a function that shows the row at a place. */
export type ShowRows<Kind extends ExportKind> = (page: ChannelledPage<Kind>) => (place: number) => Row;

export function cellsAt<Kind extends ExportKind>(columns: ExportedColumns<Kind>, place: number) {
  return <Column extends keyof ExportedColumns<Kind>>(column: Column) =>
    // Every column has a cell for each row.
    columns[column][place] as ExportedColumns<Kind>[Column][number];
}

export function factsOf(tuple: ChannelTuple): Row {
  return Object.fromEntries(tupleFields.map((field) => [field, tuple[field]]));
}

export function timeOf(instant: Instant | null): string | null {
  return instant === null ? null : formatInstant(instant);
}

export function known<Value>(values: ReadonlyMap<number, Value>, key: number): Value {
  const value = values.get(key);
  if (value === undefined) throw new Error(`A page names ${key}, but does not say what that is.`);
  return value;
}

/** Reads what a row has at a path of members, such as `leadSource.original.medium`; null if there is nothing. */
export function cellAt(path: string): (row: Row) => unknown {
  if (!path.includes('.')) return (row) => row[path] ?? null;
  const names = path.split('.');
  return (row) => {
    let value: unknown = row;
    for (const name of names) {
      if (typeof value !== 'object' || value === null) return null;
      value = (value as Row)[name];
    }
    return value ?? null;
  };
}
