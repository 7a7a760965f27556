import { attributionModels } from '../domain/attribution-models.ts';
import type { ExportKind } from '../domain/export.ts';
import { spendDimensions } from '../domain/spend.ts';
import type { ExportedRows, ExportPage, ExportPlace } from './ports/export.ts';

export type ExportCell = string | number | Uint8Array | null;
/** A row of any of the tables. */
export type ExportRow = Readonly<Record<string, ExportCell>>;

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

/** What a query answered: how many rows, and their cells in a column. */
export interface ExportCells {
  readonly rowCount: number;
  readonly cellsOf: (column: string) => readonly ExportCell[];
}

/** The keys of tuples and actors that rows of a page name, each once. */
export function namedKeys(kind: ExportKind, { cellsOf }: ExportCells) {
  const keysIn = (columns: readonly string[]): readonly number[] => {
    const keys = new Set(columns.flatMap(cellsOf));
    return [...keys].filter((key) => typeof key === 'number');
  };
  const { tuples, actors } = layouts[kind];
  return { tupleKeys: keysIn(tuples), actorKeys: keysIn(actors) };
}

/** A page from its rows, of which there are `limit` unless it is the last. Touches that are no customer's yet are left out. */
export function exportPageOf<Kind extends ExportKind>(
  kind: Kind,
  cells: ExportCells,
  limit: number,
  named: Pick<ExportPage<Kind>, 'tuples' | 'actors'>,
): ExportPage<Kind> {
  const { rowCount, cellsOf } = kind === 'touches' ? owned(cells) : cells;
  const columns = layouts[kind].columns.map((column) => [column, cellsOf(column)] as const);
  const end = cells.rowCount === 0 || cells.rowCount < limit ? null : lastPlaceOf(kind, cells);
  // The queries select these columns and no others.
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
