import type { AttributionModel } from '../../domain/attribution-models.ts';
import type { ChannelTuple } from '../../domain/channel.ts';
import type { ExportKind } from '../../domain/export.ts';
import type { SpendDimension } from '../../domain/spend.ts';
import type { Instant } from '../../domain/time.ts';

/** Rows of the tables that can be taken out, as they are kept: numbers stand for what repeats. */
export interface ExportedRows {
  touches: {
    customerId: string;
    key: number;
    givenId: string | null;
    occurredTime: Instant;
    recordedTime: Instant;
    /** An index into `touchOrigins`. */
    origin: number;
    actorKey: number;
    tupleKey: number;
    clickId: string | null;
    path: string | null;
    referrer: string | null;
    originalKey: number | null;
    currentKey: number | null;
  };
  customers: {
    customerId: string;
    websiteId: string | null;
    /** JSON; null for an empty object. */
    customFields: string | null;
    revision: number;
    createdTime: Instant;
    updatedTime: Instant;
    /** Null, these and those of the original, where there is no lead source. */
    tupleKey: number | null;
    clickId: string | null;
    path: string | null;
    referrer: string | null;
    originalTupleKey: number | null;
    originalClickId: string | null;
    originalPath: string | null;
    originalReferrer: string | null;
    originalTime: Instant | null;
    leadSourceCreatedTime: Instant | null;
    leadSourceUpdatedTime: Instant | null;
  };
  conversions: {
    customerId: string;
    conversionId: string;
    occurredTime: Instant;
    createdTime: Instant;
    updatedTime: Instant;
    type: string | null;
    /** Minor units of the currency, as all amounts here. */
    amount: number;
    refundedAmount: number;
    currency: string;
    orderId: string | null;
    /** JSON; null for an empty object. */
    metadata: string | null;
  };
  credits: ExportedCredit;
  spend: { [Dimension in SpendDimension]: string | null } & {
    day: number;
    currency: string;
    amount: number;
    updatedTime: Instant;
  };
}

/** What a touch has of a conversion, by the credits in force when the page was read. */
export type ExportedCredit = {
  [Cell in `credits.${AttributionModel}.${'weight' | 'amount' | 'refunded'}`]: number;
} & {
  conversionId: string;
  customerId: string;
  occurredTime: Instant;
  currency: string;
  isFirst: number;
  settingsVersion: number;
  /** 0 for a conversion without touches; then what is said of a touch is null. */
  touchKey: number;
  givenId: string | null;
  touchTime: Instant | null;
  tupleKey: number | null;
  clickId: string | null;
  path: string | null;
  referrer: string | null;
};

/** Cells side by side, column by column, so that many rows are handed over at little cost. */
export type ExportedColumns<Kind extends ExportKind> = {
  readonly [Column in keyof ExportedRows[Kind]]: readonly ExportedRows[Kind][Column][];
};

/** Where a page ends: the key of its last row, by the names of its columns. */
export type ExportPlace = Readonly<Record<string, string | number | Uint8Array>>;

export interface ExportPage<Kind extends ExportKind> {
  readonly rowCount: number;
  readonly columns: ExportedColumns<Kind>;
  /** What the keys of tuples and actors in it stand for. */
  readonly tuples: ReadonlyMap<number, ChannelTuple>;
  readonly actors: ReadonlyMap<number, string>;
  /** Null where nothing can be behind it. */
  readonly end: ExportPlace | null;
}

/** What is read of whole tables. */
export interface ExportReads {
  /** A page of a whole table by its key, behind a place; from the first row where there is none. */
  exportPage(
    organizationId: string,
    kind: ExportKind,
    after: ExportPlace | null,
    limit: number,
  ): Promise<ExportPage<ExportKind>>;
}
