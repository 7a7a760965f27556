import { sql } from 'kysely';
import type { Collection, Page } from '../../domain/collection.ts';
import type { Customer } from '../../domain/customer.ts';
import { ownCreation, recordingOf, type TimelineEntry } from '../../domain/timeline.ts';
import { parameter } from '../parameter.ts';
import { timelineReads } from '../queries/timeline.ts';
import { type EntryPlace, isOf, timelineEntryOf } from '../rows/timeline.ts';
import { query, statementsOf } from './query.ts';
import type { Session } from './session.ts';
import { knownTouchOf, touchStatements } from './touch.ts';

const keys = sql`${parameter<readonly number[]>('keys')}::bigint[]`;

const statements = statementsOf({
  ...timelineReads(query),
  entries: query
    .selectFrom('timeline_entries')
    .leftJoin('actors', (join) =>
      join
        .onRef('actors.organization_id', '=', 'timeline_entries.organization_id')
        .onRef('actors.actor_id', '=', 'timeline_entries.actor_id'),
    )
    .selectAll('timeline_entries')
    .select('actors.actor')
    .where('timeline_entries.organization_id', '=', parameter<number>('organizationId'))
    .where('timeline_entries.customer_id', '=', parameter<string>('customerId'))
    .where('timeline_entries.entry_key', '=', sql<number>`any(${keys})`),
});

/** A page of what happened to a customer, newest first, on the transaction's snapshot. */
export async function listTimeline(
  session: Session,
  organizationId: number,
  customer: Customer,
  { limit, offset }: Page,
): Promise<Collection<TimelineEntry>> {
  const place = { organizationId, customerId: customer.id };
  const [rows, kept, touches] = await Promise.all([
    session.all(statements.page, { ...place, limit, offset }),
    session.get(statements.countEntries, place),
    session.get(touchStatements.count, place),
  ]);
  const keysOf = (source: 'touch' | 'entry') => rows.filter((row) => isOf(source, row)).map(({ key }) => key);
  const [touchRows, entryRows] = await Promise.all([
    session.all(touchStatements.several, { ...place, keys: keysOf('touch') }),
    session.all(statements.entries, { ...place, keys: keysOf('entry') }),
  ]);
  const recordings = new Map(touchRows.map((row) => [row.touch_key, recordingOf(knownTouchOf(row).touch)]));
  const entries = new Map(entryRows.map((row) => [row.entry_key, timelineEntryOf(row, row.actor)]));
  const entryAt = (at: EntryPlace): TimelineEntry | undefined => {
    if (isOf('customer', at)) return ownCreation(customer);
    return (isOf('touch', at) ? recordings : entries).get(at.key);
  };
  const items = rows.map(entryAt).filter((entry) => entry !== undefined);
  return { items, total: 1 + (kept?.total ?? 0) + (touches?.total ?? 0) };
}
