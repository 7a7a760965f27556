import { type ExportColumn, type ExportKind, exportColumns } from '../../domain/export.ts';

export type ExportRow = Readonly<Record<string, unknown>>;
export type CellOf = (row: ExportRow) => unknown;

/** The columns of a table, each with the way to its cell in a row. */
export function columnsOf(kind: ExportKind): readonly (ExportColumn & { readonly cellOf: CellOf })[] {
  return exportColumns[kind].map((column) => ({ ...column, cellOf: cellAt(column.name) }));
}

function cellAt(path: string): CellOf {
  if (!path.includes('.')) return (row) => row[path] ?? null;
  const names = path.split('.');
  return (row) => {
    let value: unknown = row;
    for (const name of names) {
      if (typeof value !== 'object' || value === null) return null;
      value = (value as ExportRow)[name];
    }
    return value ?? null;
  };
}
