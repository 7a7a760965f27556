import type { Pages } from '@leadsource/client';
import { formatCount } from '../format.ts';
import { changeQuery } from '../location.ts';
import { Button } from './button.tsx';

/** A part of a collection, and its place in the whole. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly total: number;
  readonly offset: number;
  readonly limit: number;
}

/** A page of a collection, placed by the headers of the service. */
export async function pageOf<Item>(
  call: Promise<Item[]> & { response(): Promise<Response> },
): Promise<Page<Item>> {
  const items = await call;
  const { headers } = await call.response();
  const number = (name: string) => Number(headers.get(`pagination-${name}`));
  return { items, total: number('total'), offset: number('offset'), limit: number('limit') };
}

/** The beginning of a collection. */
export interface Beginning<Item> {
  readonly items: readonly Item[];
  readonly total: number;
}

/** The most that the service gives at once. */
export const mostAtOnce = 1000;

/** The first `most` items of a collection, or all if there are fewer. */
export async function beginningOf<Item>(call: Pages<Item>, most: number): Promise<Beginning<Item>> {
  const items: Item[] = [];
  for await (const page of call.pages()) {
    items.push(...page);
    if (items.length >= most) break;
  }
  const { headers } = await call.response();
  return { items: items.slice(0, most), total: Number(headers.get('pagination-total')) };
}

/** Leads to the previous and the next page, and records the page in the address. */
export function Pager({ page }: { page: Page<unknown> }) {
  const { items, total, offset, limit } = page;
  const last = offset + items.length;
  // A list may have become shorter than the address says.
  const previous = offset < total ? offset - limit : Math.floor((total - 1) / limit) * limit;
  return (
    <nav class="pager" aria-label="Pages of the list">
      <Button isOff={offset === 0} onClick={() => turn(Math.max(0, previous))}>
        Previous
      </Button>
      <span>
        {items.length === 0 ? 'None' : `${formatCount(offset + 1)}–${formatCount(last)}`} of{' '}
        {formatCount(total)}
      </span>
      <Button isOff={last >= total} onClick={() => turn(offset + limit)}>
        Next
      </Button>
    </nav>
  );
}

const turn = (offset: number) => changeQuery({ offset: offset === 0 ? null : offset });
