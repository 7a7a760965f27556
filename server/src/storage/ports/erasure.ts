import type { ErasedCounts, Erasure, LoggedErasure } from '../../domain/erasure.ts';
import type { Instant } from '../../domain/time.ts';

export interface ErasureReads {
  /** Oldest first, after the one named. */
  erasures(organizationId: string, afterId: string | null, limit: number): Promise<readonly Erasure[]>;
  /**
   * The ids of customers, or the aliases that stand for them, each with the customer it means; ordered by name, after the one
   * given.
   */
  customerNames(
    organizationId: string,
    source: 'customers' | 'aliases',
    after: string | null,
    limit: number,
  ): Promise<readonly CustomerName[]>;
  /** The erasures logged beside the database, on engines that do so: these include any that a restored database has lost. */
  loggedErasures(): Promise<readonly LoggedErasure[]>;
}

export interface ErasureWrites {
  /**
   * Moves a customer, named by its id or an alias, to a new id that cannot be traced back, and removes everything that leads
   * to a person; campaigns, amounts and times stay. Fails with `not-found`.
   */
  eraseCustomer(
    input: ErasureWrite & {
      customerId: string;
      newCustomerId: string;
      /** The logged hashes when an erasure is repeated from a log; null for a new erasure, whose own hashes are logged. */
      hashes: readonly string[] | null;
    },
  ): ErasedCounts;
  /** Records that an erasure was applied to this database; does nothing if that is already recorded. */
  noteErasure(input: ErasureWrite & { hashes: readonly string[] }): null;
  /**
   * Forgets what names somebody who is gone, as processes of older versions leave it: where builds of credits ended, and the
   * clicks noted of such owners, among `limit` owners after the one given. Returns the last one examined; null if none can
   * follow.
   */
  forgetGone(input: { organizationId: string; after: string | null; limit: number }): {
    next: string | null;
  };
}

export interface CustomerName {
  readonly name: string;
  readonly customerId: string;
}

export interface ErasureWrite {
  readonly organizationId: string;
  readonly erasureId: string;
  readonly actor: string;
  readonly now: Instant;
}
