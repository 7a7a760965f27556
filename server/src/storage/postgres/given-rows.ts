import { sql } from 'kysely';
import { chunksOf } from '../chunks.ts';
import { parameter } from '../parameter.ts';
import { type ColumnType, fates } from '../transfer-tables.ts';
import { binaryArray, type NumberType } from './binary-array.ts';
import type { Argument, Arguments } from './statement.ts';

/** Column types by name, for names that have the same type in all tables. */
const columnTypes = typesByName();

function typesByName(): ReadonlyMap<string, ColumnType> {
  const columns = Object.values(fates).flatMap((fate) =>
    'columns' in fate ? Object.entries<ColumnType>(fate.columns) : [],
  );
  const types = new Map(columns);
  for (const [column, type] of columns) if (types.get(column) !== type) types.delete(column);
  return types;
}

/** Numeric columns that may be null: the server finds an element of an array directly only if the array has no nulls. */
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

/** A parameter with the cells of a column, as an array of its type. */
export function arrayOf(column: string) {
  return sql`${parameter(column)}::${sql.raw(typeOf(column))}[]`;
}

/** Many rows of one organization as a table called `given`, from one array per column. */
export function given(columns: readonly string[]) {
  return sql`unnest(${sql.join(columns.map(arrayOf))}) as given (${namesOf(columns)})`;
}

/**
 * The same rows as a select list and a from clause, which are faster. Numbers are taken by position, which is quick in an
 * array without nulls; unnesting would first copy each array into a table of its own, which takes the server longer than the
 * array itself. Texts cannot be addressed directly in an array.
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

/** The columns to unnest, at least one, and those to take by position. */
function partition(columns: readonly string[]): readonly [readonly string[], readonly string[]] {
  const isPlaced = (column: string) => isOfNumbers(typeOf(column)) && !mayBeNull.has(column);
  const placed = columns.filter(isPlaced);
  const others = columns.filter((column) => !isPlaced(column));
  return others.length > 0 ? [others, placed] : [placed.slice(0, 1), placed.slice(1)];
}

export function withoutOrganization<Column extends string>(columns: readonly Column[]): readonly Column[] {
  return columns.filter((column) => column !== 'organization_id');
}

/** The cells of a column in the form that the server reads fastest. */
export function cellsGiven(column: string, cells: readonly Argument[]): Argument | readonly Argument[] {
  const type = typeOf(column);
  return (isOfNumbers(type) ? binaryArray(cells, type) : null) ?? cells;
}

/** Rows as one array per column. */
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
 * The rows that a statement must find, a few at a time. The server takes a table it has not counted yet for a single row and
 * then compares each existing row with each given one.
 */
export function soughtRows<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  return chunksOf(rows, soughtAtOnce);
}
