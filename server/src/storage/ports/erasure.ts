import type { ErasedCounts, Erasure, LoggedErasure } from '../../domain/erasure.ts';
import type { Instant } from '../../domain/time.ts';

export interface ErasureReads {
  /** Oldest first, behind one. */
  erasures(organizationId: string, afterId: string | null, limit: number): Promise<readonly Erasure[]>;
  /** Ids of customers, or ids that stand for some, and whose they are: in their order, behind one. */
  customerNames(
    organizationId: string,
    source: 'customers' | 'aliases',
    after: string | null,
    limit: number,
  ): Promise<readonly CustomerName[]>;
  /** What is kept beside the database, where the engine does so: also what a database that was restored does not know. */
  loggedErasures(): Promise<readonly LoggedErasure[]>;
}

export interface ErasureWrites {
  /**
   * Gives a customer, also by an id that stands for it, an id that nobody can tell, and removes all that leads to a person:
   * campaigns, amounts and times stay. Fails with `not-found`.
   */
  eraseCustomer(
    input: ErasureWrite & {
      customerId: string;
      newCustomerId: string;
      /** Those of a log by which it is done again; null for the customer's own, which are logged. */
      hashes: readonly string[] | null;
    },
  ): ErasedCounts;
  /** Keeps that an erasure was done to what there was; does nothing where that is known. */
  noteErasure(input: ErasureWrite & { hashes: readonly string[] }): null;
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
