import type { HeldKind } from '../../domain/customer-export.ts';
import { heldPageOf, heldParameters } from '../customer-export.ts';
import type { HeldReads } from '../ports/customer-export.ts';
import { heldReads } from '../queries/customer-export.ts';
import { answering } from './answering.ts';
import type { Connections } from './connections.ts';
import type { Names } from './names.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';
import { passingStatement } from './statement.ts';
import { ofOrganizations } from './wall.ts';

const reads = heldReads(query);
/** One conversion may have very many of these: planned for its values, each page sorts all that are left. */
const byKey: readonly HeldKind[] = ['refunds', 'refundCredits'];

/** Reads what is held about a customer. Not prepared, since it is rare and concerns customers of any size. */
export function createHeldReads(listing: Connections, names: Names): HeldReads {
  return {
    heldPage: answering(async (publicId, customerId, kind, after, limit) => {
      const organizationId = await names.organization(publicId);
      const values = heldParameters({ organizationId, customerId }, kind, after, limit);
      const statement = passingStatement(reads[kind].compile());
      const reach = ofOrganizations(organizationId);
      const ask = (session: Session) => session.all(statement, values);
      const rows = await (byKey.includes(kind) ? listing.lookUp(reach, ask) : listing.snapshot(reach, ask));
      return heldPageOf(kind, rows, limit);
    }),
  };
}
