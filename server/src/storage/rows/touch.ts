import type { ImportKey } from '../../domain/import.ts';
import type { LeadSource } from '../../domain/lead-source.ts';
import { type Touch, touchOrigins } from '../../domain/touch.ts';
import type { LeadTouchRow, TouchRow } from '../schema.ts';
import type { TouchCounts } from '../store.ts';

/** The members of a lead source that repeat across touches. */
export type Tuple = Omit<LeadSource, 'clickId' | 'path' | 'referrer'>;

/** A touch from its row and the tuple and actor behind the row's numbers. */
export function touchOf(
  row: Omit<LeadTouchRow, 'actor_id' | 'tuple_id'>,
  tuple: Tuple,
  actor: string,
): Touch {
  const origin = touchOrigins[row.origin];
  if (origin === undefined) throw new Error(`Touch ${row.touch_key} has the unknown origin ${row.origin}.`);
  return {
    key: row.touch_key,
    occurredTime: row.occurred_time,
    recordedTime: row.recorded_time,
    origin,
    actor,
    leadSource: {
      medium: tuple.medium,
      source: tuple.source,
      campaign: tuple.campaign,
      term: tuple.term,
      content: tuple.content,
      affiliate: tuple.affiliate,
      subAffiliate: tuple.subAffiliate,
      salesAgent: tuple.salesAgent,
      clickId: row.click_id,
      path: row.path,
      referrer: row.referrer,
    },
  };
}

/** Where a touch is stored, and the numbers of what repeats in it. */
export interface TouchPlace {
  readonly organizationId: number;
  readonly customerId: string;
  readonly actorId: number;
  readonly tupleId: number;
  /** Null for a touch that no import added. */
  readonly importKey: ImportKey | null;
  /** The id its sender gave it; null if none. */
  readonly givenId: string | null;
}

export function touchRowOf(
  touch: Touch,
  { organizationId, customerId, actorId, tupleId, importKey, givenId }: TouchPlace,
): TouchRow {
  return {
    organization_id: organizationId,
    customer_id: customerId,
    touch_key: touch.key,
    occurred_time: touch.occurredTime,
    recorded_time: touch.recordedTime,
    origin: touchOrigins.indexOf(touch.origin),
    actor_id: actorId,
    tuple_id: tupleId,
    click_id: touch.leadSource.clickId,
    path: touch.leadSource.path,
    referrer: touch.leadSource.referrer,
    import_key: importKey,
    given_id: givenId,
  };
}

export function touchCountsOf(
  rows: readonly { readonly tuple_id: number; readonly touches: number }[],
): TouchCounts {
  return {
    tupleKeys: Float64Array.from(rows, (row) => row.tuple_id),
    touches: Float64Array.from(rows, (row) => row.touches),
  };
}
