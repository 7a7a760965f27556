import type { AgeLimits } from '../../domain/retention.ts';
import type { Instant } from '../../domain/time.ts';
import { firstKeptDay } from '../../domain/visitor.ts';
import type { OwnedTouchKey } from '../ports/import.ts';
import type { AgedTouches } from '../ports/retention.ts';
import { retentionReads } from '../queries/retention.ts';
import { agedTouchesOf } from '../rows/retention.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

const reads = () => retentionReads(query);

/** Reads touches and visitors by age. */
export class RetentionReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  aged(organizationId: number, limits: AgeLimits, after: OwnedTouchKey | null, limit: number): AgedTouches {
    const { firstAged, firstLast, nextAged, nextLast } = this.#statements();
    const [aged, last] = after === null ? [firstAged, firstLast] : [nextAged, nextLast];
    const place = { organizationId, ...after };
    const rows = aged.all({ ...place, ...limits, limit });
    return agedTouchesOf(rows, limits, last.get({ ...place, others: limit - 1 }));
  }

  agedVisitorCount(organizationId: number, keptDays: number, now: Instant): number {
    const day = firstKeptDay(now, keptDays);
    return this.#statements().countVisitors.get({ organizationId, day })?.total ?? 0;
  }
}
