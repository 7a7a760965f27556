import type { AgeLimits } from '../../domain/retention.ts';
import type { Instant } from '../../domain/time.ts';
import type { AgedTouches } from '../ports/retention.ts';

interface PlaceRow {
  readonly customer_id: string;
  readonly touch_key: number;
}

interface AgedRow extends PlaceRow {
  readonly occurred_time: Instant;
  readonly has_details: number;
}

/** What of a page is too old; `last` is the page's last touch, if it has as many as it may. */
export function agedTouchesOf(
  rows: readonly AgedRow[],
  { removeBefore, stripBefore }: AgeLimits,
  last: PlaceRow | undefined,
): AgedTouches {
  const isBefore = (row: AgedRow, limit: Instant | null) => limit !== null && row.occurred_time < limit;
  const keyOf = (row: PlaceRow) => ({ customerId: row.customer_id, touchKey: row.touch_key });
  return {
    toRemove: rows.filter((row) => isBefore(row, removeBefore)).map(keyOf),
    toStrip: rows
      .filter((row) => row.has_details === 1 && isBefore(row, stripBefore) && !isBefore(row, removeBefore))
      .map(keyOf),
    next: last === undefined ? null : keyOf(last),
  };
}
