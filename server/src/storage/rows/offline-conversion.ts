import type { OfflineConversionFacts } from '../ports/report.ts';
import type { OfflineConversionRow, OfflineTouchRow } from '../queries/offline-conversion.ts';

/** Conversions with their touches, each in the order in which they were read. */
export function offlineConversionsOf(
  conversions: readonly OfflineConversionRow[],
  touches: readonly OfflineTouchRow[],
): readonly OfflineConversionFacts[] {
  const byConversion = Map.groupBy(touches, ({ conversion_key: key }) => key);
  return conversions.map((row) => ({
    id: row.conversion_id,
    customerId: row.customer_id,
    occurredTime: row.occurred_time,
    currency: row.currency,
    orderId: row.order_id,
    refundedTime: row.refunded_time,
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
