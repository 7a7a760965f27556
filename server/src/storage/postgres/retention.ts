import { firstKeptDay } from '../../domain/visitor.ts';
import type { RetentionReads } from '../ports/retention.ts';
import { retentionReads } from '../queries/retention.ts';
import { agedTouchesOf } from '../rows/retention.ts';
import { answering } from './answering.ts';
import type { Connections } from './connections.ts';
import type { Names } from './names.ts';
import { query, statementsOf } from './query.ts';
import { ofOrganizations } from './wall.ts';

const { firstAged, firstLast, nextAged, nextLast, countVisitors } = statementsOf(retentionReads(query));

export function createRetentionReads(listing: Connections, names: Names): RetentionReads {
  return {
    agedTouches: answering(async (publicId, limits, after, limit) => {
      const organizationId = await names.organization(publicId);
      const [aged, last] = after === null ? [firstAged, firstLast] : [nextAged, nextLast];
      const place = { organizationId, ...after };
      const [rows, end] = await listing.lookUp(ofOrganizations(organizationId), (session) =>
        Promise.all([
          session.all(aged, { ...place, ...limits, limit }),
          session.get(last, { ...place, others: limit - 1 }),
        ]),
      );
      return agedTouchesOf(rows, limits, end);
    }),
    agedVisitorCount: answering(async (publicId, keptDays, now) => {
      const organizationId = await names.organization(publicId);
      const day = firstKeptDay(now, keptDays);
      const rows = await listing.read(ofOrganizations(organizationId), countVisitors, {
        organizationId,
        day,
      });
      return rows[0]?.total ?? 0;
    }),
  };
}
