import { type Compilable, sql } from 'kysely';
import { type Whole, wholeOf } from '../../domain/whole.ts';
import type { SumKind, SumQuery } from '../queries/sum-query.ts';
import type { CreditSumAnswer } from '../rows/report.ts';
import { query } from './query.ts';

/** All rows of a query in one. */
export interface ColumnsRow {
  readonly row_count: number;
  /** The cells as decimal text, row by row. */
  readonly cells: string;
}

const separator = ',';
const zero = '0'.charCodeAt(0);
/** Any integer with so many digits is an exact number. */
const safeDigits = 15;

/**
 * All rows of a query as one row, or none if there are none. Thousands of single cells would take both sides far longer to
 * write and to read, and the driver takes bytes as hexadecimal text only, which is several times as much to send: most
 * sums are short.
 */
export function inColumns({ rows, columns }: Pick<SumQuery, 'rows' | 'columns'>): Compilable<ColumnsRow> {
  const cells = Array.from(columns.keys(), (name) => sql`coalesce(${sql.ref(`each.${name}`)}, '0')`);
  const whole = sql<ColumnsRow>`
    select count(*) as row_count,
      string_agg(concat_ws(${sql.lit(separator)}, ${sql.join(cells)}), ${sql.lit(separator)}) as cells
    from (${rows}) as each having count(*) > 0`;
  return { compile: () => whole.compile(query) } as Compilable<ColumnsRow>;
}

/** The columns of the row that `inColumns` asks for; empty if there was no row. */
export function columnsIn(
  columns: SumQuery['columns'],
  row: ColumnsRow | undefined,
): CreditSumAnswer['columns'] {
  const kinds = [...columns.values()];
  const numbers = kinds.map((): Whole[] => []);
  const { row_count: rowCount, cells } = row ?? { row_count: 0, cells: '' };
  let from = 0;
  for (let left = rowCount; left > 0; left--) {
    for (const [place, kind] of kinds.entries()) {
      const end = endOf(cells, from);
      numbers[place]?.push(numberIn(cells, from, end, kind));
      from = end + separator.length;
    }
  }
  return new Map(Array.from(columns.keys(), (name, place) => [name, numbers[place] ?? []]));
}

function endOf(cells: string, from: number): number {
  const end = cells.indexOf(separator, from);
  return end === -1 ? cells.length : end;
}

/** Short integers, as most cells are, are read without making a text of each. */
function numberIn(cells: string, from: number, end: number, kind: SumKind): Whole {
  let whole = 0;
  for (let at = from; at < end; at++) {
    const digit = cells.charCodeAt(at) - zero;
    if (digit < 0 || digit > 9 || end - from > safeDigits) {
      const text = cells.slice(from, end);
      return kind === 'fraction' ? Number(text) : wholeOf(text);
    }
    whole = whole * 10 + digit;
  }
  return whole;
}
