import { type TransferTable, transferTables } from './transfer-tables.ts';

/** The rows of one organization in one table, or all where a table has no organization. */
export interface Stretch {
  readonly table: TransferTable;
  readonly organizationId: number | null;
}

/** All that is to be moved, in order: whatever lets callers in comes after everything else. */
export function stretchesOf(organizationIds: readonly number[]): readonly Stretch[] {
  const stage = (opens: boolean): readonly Stretch[] => {
    const tables = transferTables.filter((table) => table.opens === opens);
    const [ofAll, ofEach] = [tables.filter(isOfAll), tables.filter((table) => !isOfAll(table))];
    return [
      ...ofAll.map((table) => ({ table, organizationId: null })),
      ...organizationIds.flatMap((organizationId) => ofEach.map((table) => ({ table, organizationId }))),
    ];
  };
  return [...stage(false), ...stage(true)];
}

function isOfAll({ columns }: TransferTable): boolean {
  return !('organization_id' in columns);
}
