import { entrySources, type KeptEntry, keptEntryOf, type TimelineEntry } from '../../domain/timeline.ts';
import type { TimelineEntryRow } from '../schema.ts';

/** Identifies an entry of a timeline. */
export interface EntryPlace {
  /** An index into the domain's `entrySources`. */
  readonly source: number;
  readonly key: number;
}

export function isOf(source: (typeof entrySources)[number], place: EntryPlace): boolean {
  return entrySources[place.source] === source;
}

export function timelineEntryOf(
  row: Omit<TimelineEntryRow, 'actor_id'>,
  actor: string | null,
): TimelineEntry {
  return keptEntryOf(row.entry_key, {
    type: row.type as KeptEntry['type'],
    cause: row.cause as KeptEntry['cause'],
    occurredTime: row.occurred_time,
    actor,
    mergedCustomerId: row.merged_customer_id,
  });
}

/** Where an entry is stored, and the number of its actor. */
export interface EntryRowPlace {
  readonly organizationId: number;
  readonly customerId: string;
  readonly entryKey: number;
  readonly actorId: number | null;
}

export function timelineRowOf(
  entry: KeptEntry,
  { organizationId, customerId, entryKey, actorId }: EntryRowPlace,
): TimelineEntryRow {
  return {
    organization_id: organizationId,
    customer_id: customerId,
    entry_key: entryKey,
    type: entry.type,
    cause: entry.cause,
    occurred_time: entry.occurredTime,
    actor_id: actorId,
    merged_customer_id: entry.mergedCustomerId,
  };
}
