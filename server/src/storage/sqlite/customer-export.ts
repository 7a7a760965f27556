import type { HeldKind } from '../../domain/customer-export.ts';
import { heldPageOf, heldParameters } from '../customer-export.ts';
import type { HeldPage, HeldPlace } from '../ports/customer-export.ts';
import { heldReads } from '../queries/customer-export.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

const reads = () => heldReads(query);

/** Reads what is held about a customer. */
export class HeldReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  page(
    place: { readonly organizationId: number; readonly customerId: string },
    kind: HeldKind,
    after: HeldPlace | null,
    limit: number,
  ): HeldPage {
    return heldPageOf(kind, this.#statements()[kind].all(heldParameters(place, kind, after, limit)), limit);
  }
}
