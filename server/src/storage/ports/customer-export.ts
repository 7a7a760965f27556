import type { HeldKind } from '../../domain/customer-export.ts';

/** A row by the names of its columns. A touch is told by its key and, with `.given` behind the name, the id that it was given. */
export type HeldRow = Readonly<Record<string, string | number | null>>;

/** The key of a row among those of its kind. */
export type HeldPlace = readonly (string | number)[];

export interface HeldPage {
  readonly rows: readonly HeldRow[];
  /** Null where nothing can be behind it. */
  readonly end: HeldPlace | null;
}

/** What is held of one customer, in whatever table. */
export interface HeldReads {
  /**
   * So many rows of a kind behind a place, by their keys; from the first where there is none. A customer that is not there
   * has none. `channel` and `position` of touches follow from others, and are not among it.
   */
  heldPage(
    organizationId: string,
    customerId: string,
    kind: HeldKind,
    after: HeldPlace | null,
    limit: number,
  ): Promise<HeldPage>;
}
