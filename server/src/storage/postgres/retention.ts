import { firstKeptDay } from '../../domain/visitor.ts';
import type { RetentionReads } from '../ports/retention.ts';
import { retentionReads } from '../queries/retention.ts';
import { agedTouchesOf } from '../rows/retention.ts';
import { answering } from './answering.ts';
import type { Connections } from './connections.ts';
import type { Names } from './names.ts';
import { query, statementsOf } from './query.ts';
import { ofOrganizations } from './wall.ts';

const { first, next, countVisitors } = statementsOf(retentionReads(query));

export function createRetentionReads(listing: Connections, names: Names): RetentionReads {
  return {
    agedTouches: answering(async (publicId, limits, after, limit) => {
      const organizationId = await names.organization(publicId);
      const reach = ofOrganizations(organizationId);
      const rows =
        after === null
          ? await listing.read(reach, first, { organizationId, limit })
          : await listing.read(reach, next, { organizationId, ...after, limit });
      return agedTouchesOf(rows, limits, limit);
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
