import type { ArchiveSource } from '../archive.ts';
import type { Connections } from './connections.ts';
import { query } from './query.ts';
import { rowsIn } from './rows-in.ts';
import { passingStatement } from './statement.ts';
import { ofNoOrganization } from './wall.ts';

const organizations = passingStatement(
  query
    .selectFrom('organizations')
    .select(['organization_id', 'public_id'])
    .orderBy('organization_id')
    .compile(),
);

/** The rows of this engine; those of each organization are read on a snapshot of their own. */
export async function archiveSource(connections: Connections): Promise<ArchiveSource> {
  const rows = await connections.snapshot(ofNoOrganization, (session) => session.all(organizations, {}));
  const { reading } = rowsIn(connections);
  return {
    organizations: rows.map((row) => ({ organizationId: row.organization_id, publicId: row.public_id })),
    reading: async (organizationId, work) => reading(organizationId, work),
  };
}
