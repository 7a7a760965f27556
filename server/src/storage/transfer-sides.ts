import type { Instant } from '../domain/time.ts';
import type { Stretch } from './transfer-stretch.ts';
import type { Cell, TransferRow } from './transfer-tables.ts';

/** Reads up to `limit` rows of a stretch after a key, sorted by key; from the first row if `after` is null. */
export type ReadRows<Answer> = (stretch: Stretch, after: readonly Cell[] | null, limit: number) => Answer;

export interface MovedOrganization {
  readonly organizationId: number;
  readonly publicId: string;
}

/** Where rows come from. They must not change while they are moved. */
export interface TransferSource {
  /** The same each time for the same database. */
  readonly identity: string;
  /** Sorted by number. */
  readonly organizations: readonly MovedOrganization[];
  readonly rowCount: number;
  readonly read: ReadRows<readonly TransferRow[]>;
}

/** The last row that was stored. */
export interface Place {
  readonly table: string;
  readonly organizationId: number | null;
  readonly key: readonly Cell[];
}

export interface Reached {
  readonly movedRows: number;
  readonly place: Place | null;
  readonly finishedTime: Instant | null;
}

export interface Slice {
  readonly stretch: Stretch;
  readonly rows: readonly TransferRow[];
}

export interface Batch {
  readonly slices: readonly Slice[];
  /** How far this batch and all before it reach. */
  readonly reached: Reached;
  readonly rowsBefore: number;
}

/** Where rows go. */
export interface TransferTarget {
  /** How far an earlier transfer got. Fails if the target holds anything from another source. */
  begin(source: TransferSource): Promise<Reached>;
  /** Stores the rows and how far they reach, atomically. */
  keep(batch: Batch): Promise<void>;
  /** Call once all rows are stored. */
  settle(): Promise<void>;
  /** The numbers of the organizations that are there. */
  organizationIds(): Promise<readonly number[]>;
  /** Lets `work` read the rows of one organization, or (null) those that belong to none, on one snapshot. */
  reading<Result>(
    organizationId: number | null,
    work: (read: ReadRows<Promise<readonly TransferRow[]>>) => Promise<Result>,
  ): Promise<Result>;
  /** Ends the transfer: from here on the target is an ordinary store. */
  finish(now: Instant): Promise<void>;
}
