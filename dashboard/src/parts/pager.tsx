import { formatCount } from '../format.ts';
import { changeQuery } from '../location.ts';

/** Part of a collection, with the place it has in the whole. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
  readonly offset: number;
  readonly limit: number;
}

/** A page of a collection, as the service's own headers place it. */
export async function pageOf<Item>(
  call: Promise<Item[]> & { response(): Promise<Response> },
): Promise<Page<Item>> {
  const items = await call;
  const { headers } = await call.response();
  const number = (name: string) => Number(headers.get(`pagination-${name}`));
  return { items, total: number('total'), offset: number('offset'), limit: number('limit') };
}

/** The way to the pages beside this one, kept in the address. */
export function Pager({ page }: { page: Page<unknown> }) {
  const { items, total, offset, limit } = page;
  const last = offset + items.length;
  return (
    <nav class="pager" aria-label="Pages of the list">
      <button type="button" disabled={offset === 0} onClick={() => turn(Math.max(0, offset - limit))}>
        Previous
      </button>
      <span>
        {formatCount(Math.min(offset + 1, last))}–{formatCount(last)} of {formatCount(total)}
      </span>
      <button type="button" disabled={last >= total} onClick={() => turn(offset + limit)}>
        Next
      </button>
    </nav>
  );
}

const turn = (offset: number) => changeQuery({ offset: offset === 0 ? null : offset });
