import type { ExportKind } from '../../domain/export.ts';
import {
  type ExportCell,
  type ExportCells,
  type ExportRow,
  exportPageOf,
  namedKeys,
  pageParameters,
} from '../export.ts';
import type { ExportPage, ExportPlace } from '../ports/export.ts';
import { exportReads } from '../queries/export.ts';
import { type Connection, query } from './connection.ts';
import type { Interning } from './interning.ts';
import type { Prepared, Table } from './prepared.ts';

const reads = () => exportReads(query);

/** Reads whole tables, page by page. */
export class ExportReader {
  readonly #interning: Interning;
  readonly #statements: () => Readonly<Record<ExportKind, Prepared<ExportRow>>>;

  constructor(connection: Connection, interning: Interning) {
    this.#interning = interning;
    this.#statements = connection.prepareAll(reads);
  }

  page<Kind extends ExportKind>(
    organizationId: number,
    kind: Kind,
    after: ExportPlace | null,
    limit: number,
  ): ExportPage<Kind> {
    const cells = cellsOf(this.#statements()[kind].table(pageParameters(kind, organizationId, after, limit)));
    const { tupleKeys, actorKeys } = namedKeys(kind, cells);
    return exportPageOf(kind, cells, limit, {
      tuples: new Map(tupleKeys.map((key) => [key, this.#interning.tuple(organizationId, key)])),
      actors: new Map(actorKeys.map((key) => [key, this.#interning.actor(organizationId, key)])),
    });
  }
}

function cellsOf({ columns, rows }: Table): ExportCells {
  return {
    rowCount: rows.length,
    cellsOf: (column) => {
      const place = columns.indexOf(column);
      return rows.map((row) => row[place] as ExportCell);
    },
  };
}
