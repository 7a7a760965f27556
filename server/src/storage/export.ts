import type { ExportKind } from '../domain/export.ts';
import type { ExportedRows, ExportPage, ExportPlace } from './ports/export.ts';

/** A row of any of the tables. */
export type ExportRow = Readonly<Record<string, string | number | null>>;

/** The columns of each table, and which of them are keys of tuples and actors. */
const layouts = {
  touches: {
    columns: [
      'customerId',
      'key',
      'givenId',
      'occurredTime',
      'recordedTime',
      'origin',
      'actorKey',
      'tupleKey',
      'clickId',
      'path',
      'referrer',
      'originalKey',
      'currentKey',
    ],
    tuples: ['tupleKey'],
    actors: ['actorKey'],
  },
  customers: {
    columns: [
      'customerId',
      'websiteId',
      'customFields',
      'revision',
      'createdTime',
      'updatedTime',
      'tupleKey',
      'clickId',
      'path',
      'referrer',
      'originalTupleKey',
      'originalClickId',
      'originalPath',
      'originalReferrer',
      'originalTime',
      'leadSourceCreatedTime',
      'leadSourceUpdatedTime',
    ],
    tuples: ['tupleKey', 'originalTupleKey'],
    actors: [],
  },
} as const satisfies {
  readonly [Kind in ExportKind]: {
    readonly columns: readonly (keyof ExportedRows[Kind])[];
    readonly tuples: readonly (keyof ExportedRows[Kind])[];
    readonly actors: readonly (keyof ExportedRows[Kind])[];
  };
};

/** The place before the first row: no id is empty, and no key is 0. */
export const beforeAll: ExportPlace = { customerId: '', key: 0 };

/** The values of a page's parameters. */
export function pageParameters(organizationId: number, after: ExportPlace | null, limit: number) {
  const { customerId: afterCustomerId, key: afterKey } = after ?? beforeAll;
  return { organizationId, afterCustomerId, afterKey, limit };
}

/** The keys of tuples and actors that rows of a page name, each once. */
export function namedKeys(kind: ExportKind, rows: readonly ExportRow[]) {
  const keysIn = (columns: readonly string[]): readonly number[] => {
    const keys = new Set<number>();
    for (const column of columns) {
      for (const row of rows) {
        const key = row[column];
        if (typeof key === 'number') keys.add(key);
      }
    }
    return [...keys];
  };
  const { tuples, actors } = layouts[kind];
  return { tupleKeys: keysIn(tuples), actorKeys: keysIn(actors) };
}

/** A page from its rows, of which there are `limit` unless it is the last. Touches that are no customer's yet are left out. */
export function exportPageOf<Kind extends ExportKind>(
  kind: Kind,
  rows: readonly ExportRow[],
  limit: number,
  named: Pick<ExportPage<Kind>, 'tuples' | 'actors'>,
): ExportPage<Kind> {
  const last = rows.at(-1);
  const owned = kind === 'touches' ? rows.filter((row) => row['originalKey'] !== null) : rows;
  const columns = layouts[kind].columns.map((column) => [column, owned.map((row) => row[column])] as const);
  const end =
    last === undefined || rows.length < limit
      ? null
      : { customerId: String(last['customerId']), key: Number(last['key'] ?? 0) };
  // The queries select these columns and no others.
  return { rowCount: owned.length, columns: Object.fromEntries(columns) as never, ...named, end };
}
