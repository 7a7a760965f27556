import type { HeldKind } from '../../domain/customer-export.ts';

/** A row by column name. A touch appears as its key, with its given id in a second column whose name ends in `.given`. */
export type HeldRow = Readonly<Record<string, string | number | null>>;

/** The key of a row among those of its kind. */
export type HeldPlace = readonly (string | number)[];

export interface HeldPage {
  readonly rows: readonly HeldRow[];
  /** Null if no further row can follow. */
  readonly end: HeldPlace | null;
}

/** What is held about one customer, in whatever table. */
export interface HeldReads {
  /**
   * Up to `limit` rows of a kind after a place, ordered by key; from the first row if `after` is null. An unknown customer
   * has none. The `channel` and `position` of touches are derived elsewhere and not included.
   */
  heldPage(
    organizationId: string,
    customerId: string,
    kind: HeldKind,
    after: HeldPlace | null,
    limit: number,
  ): Promise<HeldPage>;
}
