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
    const rows =
      after === null
        ? this.#statements().first.all({ organizationId, limit })
        : this.#statements().next.all({ organizationId, ...after, limit });
    return agedTouchesOf(rows, limits, limit);
  }

  agedVisitorCount(organizationId: number, keptDays: number, now: Instant): number {
    const day = firstKeptDay(now, keptDays);
    return this.#statements().countVisitors.get({ organizationId, day })?.total ?? 0;
  }
}
