import { attributionModels } from '../domain/attribution-models.ts';
import type { ExportKind } from '../domain/export.ts';
import { spendDimensions } from '../domain/spend.ts';
import type { ExportedRows, ExportPage, ExportPlace } from './ports/export.ts';

export type ExportCell = string | number | Uint8Array | null;
/** A row of any exported table. */
export type ExportRow = Readonly<Record<string, ExportCell>>;

/** The cells of a credit for a measure, in the order of the models. */
export function cellsPerModel<Measure extends 'weight' | 'amount' | 'refunded'>(measure: Measure) {
  return attributionModels.map((model) => `credits.${model}.${measure}` as const);
}

/** Sorts before every customer id. */
const noId = '';
/** Keys start above 0. */
const noKey = 0;

/** For each table: its columns, those that hold tuple and actor keys, and a place before every row. */
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
    // A conversion without touches has a credit whose touch key is 0.
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

/** The values of a page query's parameters; those of a place are named by its columns. */
export function pageParameters(
  kind: ExportKind,
  organizationId: number,
  after: ExportPlace | null,
  limit: number,
) {
  const place = { organizationId, limit, ...(after ?? layouts[kind].beforeAll) };
  return kind === 'credits' ? { ...place, conversions: limit + 1 } : place;
}

/** The result of a query: how many rows it has, and their cells by column. */
export interface ExportCells {
  readonly rowCount: number;
  readonly cellsOf: (column: string) => readonly ExportCell[];
}

/** The distinct tuple and actor keys in the rows of a page. */
export function namedKeys(kind: ExportKind, { cellsOf }: ExportCells) {
  const keysIn = (columns: readonly string[]): readonly number[] => {
    const keys = new Set(columns.flatMap(cellsOf));
    return [...keys].filter((key) => typeof key === 'number');
  };
  const { tuples, actors } = layouts[kind];
  return { tupleKeys: keysIn(tuples), actorKeys: keysIn(actors) };
}

/** A page from its rows. Fewer rows than `limit` make it the last page. Touches of unlinked visitors are left out. */
export function exportPageOf<Kind extends ExportKind>(
  kind: Kind,
  cells: ExportCells,
  limit: number,
  named: Pick<ExportPage<Kind>, 'tuples' | 'actors'>,
): ExportPage<Kind> {
  const { rowCount, cellsOf } = kind === 'touches' ? owned(cells) : cells;
  const columns = layouts[kind].columns.map((column) => [column, cellsOf(column)] as const);
  const end = cells.rowCount === 0 || cells.rowCount < limit ? null : lastPlaceOf(kind, cells);
  // The queries select exactly these columns.
  return { rowCount, columns: Object.fromEntries(columns) as never, ...named, end };
}

function owned(cells: ExportCells): ExportCells {
  const isOwned = cells.cellsOf('originalKey').map((key) => key !== null);
  const rowCount = isOwned.filter(Boolean).length;
  if (rowCount === cells.rowCount) return cells;
  return { rowCount, cellsOf: (column) => cells.cellsOf(column).filter((_, place) => isOwned[place]) };
}

function lastPlaceOf(kind: ExportKind, { cellsOf }: ExportCells): ExportPlace {
  const columns = Object.keys(layouts[kind].beforeAll);
  return Object.fromEntries(columns.map((column) => [column, cellsOf(column).at(-1) ?? noKey]));
}
