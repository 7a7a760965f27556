import { type Erasure, requireBuiltAside, requireBuiltBeyond } from '../../domain/erasure.ts';
import type { Instant } from '../../domain/time.ts';
import type { CreditVersionRow } from '../money-schema.ts';
import type { ErasureRow } from '../schema.ts';

export function erasureOf(row: ErasureRow): Erasure {
  return {
    id: row.erasure_id,
    hashes: JSON.parse(row.hashes) as readonly string[],
    actor: row.actor,
    erasedTime: row.erased_time,
  };
}

/** Fails with `unavailable` where a build of credits is at conversions whose ids would change. */
export function requireNotBuilt(
  building: readonly Pick<CreditVersionRow, 'reached_time' | 'reached_customer_id' | 'summed_time'>[],
  conversions: readonly { readonly occurredTime: Instant }[],
  ids: { readonly customerId: string; readonly newCustomerId: string },
): void {
  requireBuiltBeyond(
    building.map((row) => row.reached_time),
    conversions,
  );
  if (conversions.length === 0) return;
  const crediting = building.filter((row) => row.summed_time === null);
  requireBuiltAside(
    crediting.map((row) => row.reached_customer_id).filter((id) => id !== null),
    ids,
  );
}
