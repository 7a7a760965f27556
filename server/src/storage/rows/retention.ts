import type { AgeLimits } from '../../domain/retention.ts';
import type { Instant } from '../../domain/time.ts';
import type { AgedTouches } from '../ports/retention.ts';

interface AgedRow {
  readonly customer_id: string;
  readonly touch_key: number;
  readonly occurred_time: Instant;
  readonly has_details: number;
}

/** Which touches of a page are too old. */
export function agedTouchesOf(
  rows: readonly AgedRow[],
  { removeBefore, stripBefore }: AgeLimits,
  limit: number,
): AgedTouches {
  const isBefore = (row: AgedRow, limit: Instant | null) => limit !== null && row.occurred_time < limit;
  const keyOf = (row: AgedRow) => ({ customerId: row.customer_id, touchKey: row.touch_key });
  const last = rows.length < limit ? undefined : rows.at(-1);
  return {
    toRemove: rows.filter((row) => isBefore(row, removeBefore)).map(keyOf),
    toStrip: rows
      .filter((row) => row.has_details === 1 && isBefore(row, stripBefore) && !isBefore(row, removeBefore))
      .map(keyOf),
    next: last === undefined ? null : keyOf(last),
  };
}
