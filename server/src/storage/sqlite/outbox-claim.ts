import { outboxClaimWrites } from '../queries/outbox-claim.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

const writes = () => outboxClaimWrites(query);

/** Stores which process reads an organization's events, and until when. */
export class OutboxClaimWriter {
  readonly #statements: PreparedQueries<typeof writes>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(writes);
  }

  /** Whether the holder has the claim afterwards. */
  claim(organizationId: number, holder: string, now: number, until: number): boolean {
    return this.#statements().claim.get({ organizationId, holder, now, until }) !== undefined;
  }

  release(organizationId: number, holder: string): void {
    this.#statements().release.run({ organizationId, holder });
  }
}
