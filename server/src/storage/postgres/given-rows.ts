import { sql } from 'kysely';
import { chunksOf } from '../chunks.ts';
import { parameter } from '../parameter.ts';
import { type ColumnType, fates } from '../transfer-tables.ts';
import { binaryArray, type NumberType } from './binary-array.ts';
import type { Argument, Arguments } from './statement.ts';

/** By their names, as far as all tables agree on them. */
const columnTypes = typesByName();

function typesByName(): ReadonlyMap<string, ColumnType> {
  const columns = Object.values(fates).flatMap((fate) =>
    'columns' in fate ? Object.entries<ColumnType>(fate.columns) : [],
  );
  const types = new Map(columns);
  for (const [column, type] of columns) if (types.get(column) !== type) types.delete(column);
  return types;
}

/** The columns of numbers in which some rows have nothing: in an array with nulls no place is found at once. */
const mayBeNull: ReadonlySet<string> = new Set([
  'lead_source_created_time',
  'lead_source_updated_time',
  'latest_occurred_time',
  'original_touch_key',
  'current_touch_key',
  'previous_touch_key',
  'first_conversion_time',
  'latest_conversion_time',
  'import_key',
  'last_hit_time',
  'unlinked_day',
  'actor_id',
  'next_time',
  'initiated_time',
  'duration_milliseconds',
  'response_status',
]);

function typeOf(column: string): ColumnType {
  const type = columnTypes.get(column);
  if (type === undefined) throw new Error(`The name of ${column} does not say its type.`);
  return type;
}

function isOfNumbers(type: ColumnType): type is NumberType {
  return type === 'bigint' || type === 'double precision';
}

/** `column, column` */
export function namesOf(columns: readonly string[]) {
  return sql.join(columns.map((column) => sql.ref(column)));
}

/** The cells of a column. */
export function arrayOf(column: string) {
  return sql`${parameter(column)}::${sql.raw(typeOf(column))}[]`;
}

/** Many rows of one organization as a table called `given`, from one array for each column. */
export function given(columns: readonly string[]) {
  return sql`unnest(${sql.join(columns.map(arrayOf))}) as given (${namesOf(columns)})`;
}

/**
 * Many rows as well, as what is selected and what from. Numbers are taken from their places, which is at once in an array
 * without nulls: the server would lay what comes out of each array into a table of its own first, which takes it longer than
 * the array. Texts of an array have no places to go to at once.
 */
export function selectionOf(columns: readonly string[]) {
  const [laidOut, placed] = partition(columns);
  const isPlaced = new Set(placed);
  const members = columns.map((column) =>
    isPlaced.has(column) ? sql`(${arrayOf(column)})[place] as ${sql.ref(column)}` : sql.ref(column),
  );
  const arrays = sql.join(laidOut.map(arrayOf));
  return {
    members: sql.join(members),
    from: sql`unnest(${arrays}) with ordinality as given (${namesOf([...laidOut, 'place'])})`,
  };
}

/** Those that are laid out, of which there is one at least, and those that are taken from their places. */
function partition(columns: readonly string[]): readonly [readonly string[], readonly string[]] {
  const isPlaced = (column: string) => isOfNumbers(typeOf(column)) && !mayBeNull.has(column);
  const placed = columns.filter(isPlaced);
  const others = columns.filter((column) => !isPlaced(column));
  return others.length > 0 ? [others, placed] : [placed.slice(0, 1), placed.slice(1)];
}

export function withoutOrganization<Column extends string>(columns: readonly Column[]): readonly Column[] {
  return columns.filter((column) => column !== 'organization_id');
}

/** The cells of a column as the statement reads them fastest. */
export function cellsGiven(column: string, cells: readonly Argument[]): Argument | readonly Argument[] {
  const type = typeOf(column);
  return (isOfNumbers(type) ? binaryArray(cells, type) : null) ?? cells;
}

/** Rows as one array for each column. */
export function columnsOf<Row extends object>(
  organization: number,
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): Arguments {
  const arrays = columns.map((column) => {
    const cells = rows.map((row) => row[column] as Argument);
    return [column, cellsGiven(column, cells)] as const;
  });
  return { ...Object.fromEntries(arrays), organizationId: organization };
}

const soughtAtOnce = 256;

/**
 * Rows that a statement is to find, a few at a time. What the server has not counted yet it takes for a single row, and then
 * compares each row that is there with each that is given.
 */
export function soughtRows<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  return chunksOf(rows, soughtAtOnce);
}
