import type { AttributionModel } from '../../domain/attribution-models.ts';
import type { ChannelTuple } from '../../domain/channel.ts';
import type { ExportKind } from '../../domain/export.ts';
import type { SpendDimension } from '../../domain/spend.ts';
import type { Instant } from '../../domain/time.ts';

/** Rows of the tables that can be exported, as stored: numeric keys stand for values that repeat. */
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
    /** This and all columns below it are null where there is no lead source. */
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
    /** In minor units of the currency, like all amounts here. */
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

/** What a touch is credited for a conversion, by the version in force when the page was read. */
export type ExportedCredit = {
  [Cell in `credits.${AttributionModel}.${'weight' | 'amount' | 'refunded'}`]: number;
} & {
  conversionId: string;
  customerId: string;
  occurredTime: Instant;
  currency: string;
  isFirst: number;
  settingsVersion: number;
  /** 0 for a conversion without touches; the touch columns are then null. */
  touchKey: number;
  givenId: string | null;
  touchTime: Instant | null;
  tupleKey: number | null;
  clickId: string | null;
  path: string | null;
  referrer: string | null;
};

/** Cells column by column, so that many rows are handed over cheaply. */
export type ExportedColumns<Kind extends ExportKind> = {
  readonly [Column in keyof ExportedRows[Kind]]: readonly ExportedRows[Kind][Column][];
};

/** Where a page ends: the key of its last row, by column name. */
export type ExportPlace = Readonly<Record<string, string | number | Uint8Array>>;

export interface ExportPage<Kind extends ExportKind> {
  readonly rowCount: number;
  readonly columns: ExportedColumns<Kind>;
  /** What the tuple and actor keys in the page stand for. */
  readonly tuples: ReadonlyMap<number, ChannelTuple>;
  readonly actors: ReadonlyMap<number, string>;
  /** Null if no further row can follow. */
  readonly end: ExportPlace | null;
}

/** Reads of whole tables. */
export interface ExportReads {
  /** A page of a whole table, ordered by key, after a place; from the first row if `after` is null. */
  exportPage(
    organizationId: string,
    kind: ExportKind,
    after: ExportPlace | null,
    limit: number,
  ): Promise<ExportPage<ExportKind>>;
}
