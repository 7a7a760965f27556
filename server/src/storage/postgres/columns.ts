import { type Compilable, type RawBuilder, sql } from 'kysely';
import type { SumKind, SumQuery } from '../queries/sum-query.ts';
import type { Cells, CreditSumAnswer } from '../rows/report.ts';
import { readInteger } from './binary-array.ts';
import { query } from './query.ts';

/** All rows of a query in one. */
export type ColumnsRow = Readonly<Record<string, Uint8Array | string>>;

const numberBytes = 8;
const separator = ',';

/** Every column has its rows in the order in which the query's rows come. */
const gathered: Readonly<Record<SumKind, (column: RawBuilder<unknown>) => RawBuilder<unknown>>> = {
  integer: (column) => sql`string_agg(int8send(coalesce(${column}, 0)), '')`,
  fraction: (column) => sql`string_agg(float8send(coalesce(${column}, 0)), '')`,
  exact: (column) => sql`string_agg(coalesce(${column}, '0'), ${sql.lit(separator)})`,
};

/**
 * All rows of a query as one row, or none if there are none. Each of its columns is a run of bytes in the server's own format
 * of numbers (int8send, float8send): thousands of single cells would take both sides far longer to write and to read.
 */
export function inColumns({ rows, columns }: Pick<SumQuery, 'rows' | 'columns'>): Compilable<ColumnsRow> {
  const selected = Array.from(columns, ([name, kind]) => {
    return sql`${gathered[kind](sql.ref(`each.${name}`))} as ${sql.ref(name)}`;
  });
  const whole = sql<ColumnsRow>`select ${sql.join(selected)} from (${rows}) as each having count(*) > 0`;
  return { compile: () => whole.compile(query) } as Compilable<ColumnsRow>;
}

/** The cells of the row that `inColumns` asks for; none if there was no row. */
export function columnsIn(
  columns: SumQuery['columns'],
  row: ColumnsRow | undefined,
): CreditSumAnswer['columns'] {
  return new Map(Array.from(columns, ([name, kind]) => [name, cellsOf(kind, row?.[name])]));
}

function cellsOf(kind: SumKind, column: Uint8Array | string | undefined): Cells {
  if (column === undefined) return [];
  if (typeof column === 'string') return column.split(separator);
  const view = new DataView(column.buffer, column.byteOffset, column.byteLength);
  return kind === 'integer' ? integersIn(view) : fractionsIn(view);
}

function fractionsIn(view: DataView): Float64Array {
  const fractions = new Float64Array(view.byteLength / numberBytes);
  for (let place = 0; place < fractions.length; place++) {
    fractions[place] = view.getFloat64(place * numberBytes);
  }
  return fractions;
}

function integersIn(view: DataView): readonly (number | bigint)[] {
  const length = view.byteLength / numberBytes;
  return Array.from({ length }, (_none, place) => readInteger(view, place * numberBytes));
}
