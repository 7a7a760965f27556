import { attributionModels } from '../domain/attribution-models.ts';
import type { ExportKind } from '../domain/export.ts';
import { spendDimensions } from '../domain/spend.ts';
import type { ExportedRows, ExportPage, ExportPlace } from './ports/export.ts';

/** A row of any of the tables. */
export type ExportRow = Readonly<Record<string, string | number | Uint8Array | null>>;

/** The cells of a credit for a measure, in the order of the models. */
export function cellsPerModel<Measure extends 'weight' | 'amount' | 'refunded'>(measure: Measure) {
  return attributionModels.map((model) => `credits.${model}.${measure}` as const);
}

/** What no customer's id is before. */
const noId = '';
/** No key is 0. */
const noKey = 0;

/** The columns of each table, which of them are keys of tuples and actors, and a place before every row. */
const layouts = {
  touches: {
    beforeAll: { customerId: noId, key: noKey },
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
    beforeAll: { customerId: noId },
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
  conversions: {
    beforeAll: { customerId: noId, key: noKey },
    columns: [
      'customerId',
      'conversionId',
      'occurredTime',
      'createdTime',
      'updatedTime',
      'type',
      'amount',
      'refundedAmount',
      'currency',
      'orderId',
      'metadata',
    ],
    tuples: [],
    actors: [],
  },
  credits: {
    // The credit of a conversion without touches has 0 for the key of one.
    beforeAll: { customerId: noId, key: noKey, touchKey: -1 },
    columns: [
      'conversionId',
      'customerId',
      'occurredTime',
      'currency',
      'isFirst',
      'settingsVersion',
      'touchKey',
      'givenId',
      'touchTime',
      'tupleKey',
      'clickId',
      'path',
      'referrer',
      ...cellsPerModel('weight'),
      ...cellsPerModel('amount'),
      ...cellsPerModel('refunded'),
    ],
    tuples: ['tupleKey'],
    actors: [],
  },
  spend: {
    beforeAll: { day: Number.MIN_SAFE_INTEGER, digest: new Uint8Array() },
    columns: ['day', ...spendDimensions, 'currency', 'amount', 'updatedTime'],
    tuples: [],
    actors: [],
  },
} as const satisfies {
  readonly [Kind in ExportKind]: {
    readonly beforeAll: ExportPlace;
    readonly columns: readonly (keyof ExportedRows[Kind])[];
    readonly tuples: readonly (keyof ExportedRows[Kind])[];
    readonly actors: readonly (keyof ExportedRows[Kind])[];
  };
};

/** The values of a page's parameters: those of a place are called by its columns. */
export function pageParameters(
  kind: ExportKind,
  organizationId: number,
  after: ExportPlace | null,
  limit: number,
) {
  return { organizationId, limit, ...(after ?? layouts[kind].beforeAll) };
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
  const end = last === undefined || rows.length < limit ? null : placeOf(kind, last);
  // The queries select these columns and no others.
  return { rowCount: owned.length, columns: Object.fromEntries(columns) as never, ...named, end };
}

function placeOf(kind: ExportKind, row: ExportRow): ExportPlace {
  const columns = Object.keys(layouts[kind].beforeAll);
  return Object.fromEntries(columns.map((column) => [column, row[column] ?? noKey]));
}
