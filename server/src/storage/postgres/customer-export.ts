import { heldPageOf, heldParameters } from '../customer-export.ts';
import type { HeldReads } from '../ports/customer-export.ts';
import { heldReads } from '../queries/customer-export.ts';
import { answering } from './answering.ts';
import type { Connections } from './connections.ts';
import type { Names } from './names.ts';
import { query } from './query.ts';
import { passingStatement } from './statement.ts';
import { ofOrganizations } from './wall.ts';

const reads = heldReads(query);

/** Reads what is held about a customer. Not prepared, since it is rare and concerns customers of any size. */
export function createHeldReads(listing: Connections, names: Names): HeldReads {
  return {
    heldPage: answering(async (publicId, customerId, kind, after, limit) => {
      const organizationId = await names.organization(publicId);
      const values = heldParameters({ organizationId, customerId }, kind, after, limit);
      const statement = passingStatement(reads[kind].compile());
      const rows = await listing.snapshot(ofOrganizations(organizationId), (session) =>
        session.all(statement, values),
      );
      return heldPageOf(kind, rows, limit);
    }),
  };
}
