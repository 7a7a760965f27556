import type { CollectionQuery, FieldKind, Page, SortKey } from '../domain/collection.ts';
import { invalid } from '../domain/failure.ts';
import { readAll } from '../domain/read-all.ts';
import { readFilter } from './filter.ts';
import type { Route } from './route.ts';

export { readFilter } from './filter.ts';

/** A request's query as the router parsed it: a member given several times is an array. */
export type Query = Readonly<Record<string, unknown>>;

/** What a collection can be filtered and sorted by, and its default order. */
export interface CollectionFields<FilterField extends string, SortField extends string> {
  readonly filterFields: ReadonlyMap<FilterField, FieldKind>;
  readonly sortFields: readonly SortField[];
  readonly defaultSort: readonly SortKey<SortField>[];
}

const maxLimit = 1000;
const defaultLimit = 100;

/** What a query asks of a collection. Fails with `invalid`, naming the faults of all its parts at once. */
export function readCollectionQuery<FilterField extends string, SortField extends string>(
  query: Query,
  { filterFields, sortFields, defaultSort }: CollectionFields<FilterField, SortField>,
): CollectionQuery<FilterField, SortField> {
  const [page, sort, filter] = readAll([
    () => readPage(query),
    () => readSort(query['sort'], sortFields),
    () => readFilter(query['filter'], filterFields),
  ]);
  return { ...page, sort: sort.length === 0 ? defaultSort : sort, filter };
}

/**
 * Refuses `sort` and `filter` for a route of rows that does not heed them, since its rows would look as if it had. Its own order
 * may be asked for. Fails with `invalid`, naming a wrong page of such a route as well.
 */
export function requireUnderstood(
  { parameters = [], order }: Pick<Route, 'parameters' | 'order'>,
  query: Query,
): void {
  const { sort = '', filter = '' } = query;
  readAll([
    () => {
      // Nothing but its page can be chosen of such a collection, so that these are all faults there are.
      if (order !== undefined) readPage(query);
    },
    () => {
      if (parameters.includes('sort') || sort === '' || sort === order) return;
      throw invalid('sort', `Must be ${order ?? 'absent'}.`);
    },
    () => {
      if (!parameters.includes('filter') && filter !== '') throw invalid('filter', 'Must be absent.');
    },
  ]);
}

/** Members by which larger APIs search texts. No row is searched here, and any row would look as if it had been found. */
const searches = ['q', 'criteria'] as const;

/** Refuses a search of rows, which every reader of a query for rows calls. Fails with `invalid`, naming what is not empty. */
export function requireNoSearch(query: Query): void {
  readAll(
    searches.map((member) => () => {
      const { [member]: asked = '' } = query;
      if (asked !== '') throw invalid(member, 'Must be absent or empty: nothing is searched for a text.');
    }),
  );
}

/** Refuses whatever would choose or order the rows of an export, which is of everything. Fails with `invalid`, naming each. */
export function requireNoChoice(query: Query): void {
  readAll([() => requireUnderstood({}, query), () => requireNoSearch(query)]);
}

/**
 * A query's `limit` (0 to 1000, by default 100) and `offset` (by default 0). Fails with `invalid`, naming those that are wrong,
 * and a search.
 */
export function readPage(query: Query): Page {
  const [limit, offset] = readAll([
    () => readLimit(query),
    () => readWholeNumber('offset', query['offset'], 0, Number.MAX_SAFE_INTEGER),
  ]);
  return { limit, offset };
}

/** The `limit` alone, for rows that have no pages. Fails as `readPage` does. */
export function readLimit(query: Query): number {
  const [limit] = readAll([
    () => readWholeNumber('limit', query['limit'], defaultLimit, maxLimit),
    () => requireNoSearch(query),
  ]);
  return limit;
}

/**
 * A query's `sort`: names of fields, separated by commas, each preceded by `-` for descending order; none if it is absent or
 * empty. Fails with `invalid` for an unknown field and for one named twice.
 */
export function readSort<Field extends string>(
  value: unknown,
  fields: readonly Field[],
): readonly SortKey<Field>[] {
  const keys = readNames(value, 'sort').map((name) => readSortKey(name, fields));
  if (new Set(keys.map(({ field }) => field)).size < keys.length) {
    throw invalid('sort', 'Must not name a field more than once.');
  }
  return keys;
}

/**
 * The names listed in a query's `expand`, `fields` or the like, separated by commas; none if it is absent or empty. Fails with
 * `invalid`.
 */
export function readNames(value: unknown, member: string): readonly string[] {
  if (value === undefined || value === '') return [];
  if (typeof value !== 'string') throw invalid(member, 'Must be given once.');
  const names = value.split(',');
  if (names.includes('')) throw invalid(member, 'Must list names, separated by single commas.');
  return names;
}

function readSortKey<Field extends string>(name: string, fields: readonly Field[]): SortKey<Field> {
  const descending = name.startsWith('-');
  const written = descending ? name.slice(1) : name;
  const field = fields.find((candidate) => candidate === written);
  if (field === undefined) throw invalid('sort', `Must name fields out of ${fields.join(', ')}.`);
  return { field, descending };
}

function readWholeNumber(member: string, value: unknown, absent: number, max: number): number {
  if (value === undefined) return absent;
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number <= max) return number;
  throw invalid(member, `Must be a whole number from 0 to ${max}, in plain digits, given once.`);
}

/** A query's member that is `true` or `false`, by default false. Fails with `invalid`. */
export function readFlag(query: Query, member: string): boolean {
  const value = query[member] ?? 'false';
  if (value === 'true' || value === 'false') return value === 'true';
  throw invalid(member, 'Must be true or false, given once.');
}

/** Headers that tell the client where a page stands in its collection. */
export function pageHeaders({ limit, offset }: Page, total: number): Readonly<Record<string, string>> {
  return {
    'pagination-total': String(total),
    'pagination-limit': String(limit),
    'pagination-offset': String(offset),
  };
}
