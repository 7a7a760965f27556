import type { ChannelTuple } from '../domain/channel.ts';
import type { ExportKind } from '../domain/export.ts';
import type { Instant } from '../domain/time.ts';

/** Rows of the tables that can be taken out, as they are kept: numbers stand for what repeats. */
export interface ExportedRows {
  touches: {
    customerId: string;
    key: number;
    givenId: string | null;
    occurredTime: Instant;
    recordedTime: Instant;
    /** An index into `touchOrigins`. */
    origin: number;
    actorKey: number;
    tupleKey: number;
    clickId: string | null;
    path: string | null;
    referrer: string | null;
    originalKey: number | null;
    currentKey: number | null;
  };
  customers: {
    customerId: string;
    websiteId: string | null;
    /** JSON; null for an empty object. */
    customFields: string | null;
    revision: number;
    createdTime: Instant;
    updatedTime: Instant;
    /** Null, these and those of the original, where there is no lead source. */
    tupleKey: number | null;
    clickId: string | null;
    path: string | null;
    referrer: string | null;
    originalTupleKey: number | null;
    originalClickId: string | null;
    originalPath: string | null;
    originalReferrer: string | null;
    originalTime: Instant | null;
    leadSourceCreatedTime: Instant | null;
    leadSourceUpdatedTime: Instant | null;
  };
}

/** Cells side by side, column by column, so that many rows are handed over at little cost. */
export type ExportedColumns<Kind extends ExportKind> = {
  readonly [Column in keyof ExportedRows[Kind]]: readonly ExportedRows[Kind][Column][];
};

/** Where a page ends: the key of its last row. */
export interface ExportPlace {
  readonly customerId: string;
  readonly key: number;
}

export interface ExportPage<Kind extends ExportKind> {
  readonly rowCount: number;
  readonly columns: ExportedColumns<Kind>;
  /** What the keys of tuples and actors in it stand for. */
  readonly tuples: ReadonlyMap<number, ChannelTuple>;
  readonly actors: ReadonlyMap<number, string>;
  /** Null where nothing can be behind it. */
  readonly end: ExportPlace | null;
}

/** What is read of whole tables. */
export interface ExportReads {
  /** A page of a whole table by its key, behind a place; from the first row where there is none. */
  exportPage(
    organizationId: string,
    kind: ExportKind,
    after: ExportPlace | null,
    limit: number,
  ): Promise<ExportPage<ExportKind>>;
}

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

/** A page from its rows, of which there are `limit` unless it is the last. */
export function exportPageOf<Kind extends ExportKind>(
  kind: Kind,
  rows: readonly ExportRow[],
  limit: number,
  named: Pick<ExportPage<Kind>, 'tuples' | 'actors'>,
): ExportPage<Kind> {
  const last = rows.at(-1);
  const columns = layouts[kind].columns.map((column) => [column, rows.map((row) => row[column])] as const);
  const end =
    last === undefined || rows.length < limit
      ? null
      : { customerId: String(last['customerId']), key: Number(last['key'] ?? 0) };
  // The queries select these columns and no others.
  return { rowCount: rows.length, columns: Object.fromEntries(columns) as never, ...named, end };
}
