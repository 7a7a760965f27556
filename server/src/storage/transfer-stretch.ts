import { type TransferTable, transferTables } from './transfer-tables.ts';

/** The rows of one organization in one table, or all rows of a table without an organization column. */
export interface Stretch {
  readonly table: TransferTable;
  readonly organizationId: number | null;
}

/** All stretches in the order they are moved: tables that let callers in come last. */
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
