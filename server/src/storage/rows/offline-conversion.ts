import { type AttributionModel, attributionModels } from '../../domain/attribution-models.ts';
import type { OfflineConversion } from '../../domain/offline-conversion.ts';
import { modelColumns } from '../money-schema.ts';

export interface OfflineConversionRow {
  readonly conversion_key: number;
  readonly conversion_id: string;
  readonly customer_id: string;
  readonly occurred_time: number;
  readonly currency: string;
  readonly order_id: string | null;
  readonly refunded_time: number | null;
}

/** A credited touch with a click id. */
export interface OfflineTouchRow {
  readonly conversion_key: number;
  readonly occurred_time: number;
  readonly click_id: string;
  readonly click_id_kind: string | null;
  readonly path: string | null;
  readonly referrer: string | null;
  readonly weight: number;
  readonly amount: number;
  readonly refunded: number;
}

/** The columns of a model's credits. */
export function offlineColumnsOf(model: AttributionModel) {
  const column = modelColumns[attributionModels.indexOf(model)] ?? modelColumns[0];
  return { weight: `weight_${column}`, amount: `amount_${column}` } as const;
}

/** Conversions with their touches, both in the order they were read. */
export function offlineConversionsOf(
  conversions: readonly OfflineConversionRow[],
  touches: readonly OfflineTouchRow[],
  isShared: (row: OfflineConversionRow) => boolean,
): readonly OfflineConversion[] {
  const byConversion = Map.groupBy(touches, ({ conversion_key: key }) => key);
  return conversions.map((row) => ({
    id: row.conversion_id,
    customerId: row.customer_id,
    occurredTime: row.occurred_time,
    currency: row.currency,
    orderId: row.order_id,
    refundedTime: row.refunded_time,
    isShared: isShared(row),
    touches: (byConversion.get(row.conversion_key) ?? []).map((touch) => ({
      occurredTime: touch.occurred_time,
      clickId: touch.click_id,
      clickIdKind: touch.click_id_kind,
      path: touch.path,
      referrer: touch.referrer,
      weight: touch.weight,
      amount: touch.amount,
      refunded: touch.refunded,
    })),
  }));
}
