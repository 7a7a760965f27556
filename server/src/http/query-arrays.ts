import type { Query } from './collection-query.ts';

/** Members of lists and reports that some clients write as arrays, such as `sort[0]`. */
const arrayForm = /^(?:sort|filter|limit|offset|q|criteria)\[/;
const place = /^sort\[(0|[1-9]\d{0,3})\]$/;

/**
 * The query with such members under their plain names: of `sort[]`, or `sort[0]`, `sort[1]` and so on, the list that they stand
 * for; of anything else an array, which the readers of these members refuse.
 */
export function withoutArrayForms(query: Query): Query {
  const written = Object.keys(query).filter((name) => arrayForm.test(name));
  if (written.length === 0) return query;
  const plain: Record<string, unknown> = { ...query };
  for (const [member, parts] of Map.groupBy(written, (name) => name.slice(0, name.indexOf('[')))) {
    const list = member === 'sort' && query['sort'] === undefined ? listOf(parts, query) : null;
    plain[member] = list ?? parts.flatMap((part) => query[part]);
  }
  return plain;
}

/** Null if the parts are not those of one list. */
function listOf(parts: readonly string[], query: Query): string | null {
  if (parts.length === 1 && parts[0] === 'sort[]') return [query['sort[]']].flat().join(',');
  if (!parts.every((part) => place.test(part) && typeof query[part] === 'string')) return null;
  const placeOf = (part: string) => Number(place.exec(part)?.[1]);
  return parts
    .toSorted((one, other) => placeOf(one) - placeOf(other))
    .map((part) => query[part])
    .join(',');
}
