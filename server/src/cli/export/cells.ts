import { type ExportColumn, type ExportKind, exportColumns } from '../../domain/export.ts';
import { cellAt, type Row } from '../../http/export-cells.ts';

export type ExportRow = Row;

/** The columns of a table, each with a reader of its cell in a row. */
export function columnsOf(
  kind: ExportKind,
): readonly (ExportColumn & { readonly cellOf: ReturnType<typeof cellAt> })[] {
  return exportColumns[kind].map((column) => ({ ...column, cellOf: cellAt(column.name) }));
}
