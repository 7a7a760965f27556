import type { Collection, Page } from '../../domain/collection.ts';
import type { Customer } from '../../domain/customer.ts';
import { type KeptEntry, ownCreation, recordingOf, type TimelineEntry } from '../../domain/timeline.ts';
import { timelineColumns } from '../columns.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import { timelineReads } from '../queries/timeline.ts';
import { touchReads } from '../queries/touch.ts';
import { type EntryPlace, isOf, timelineEntryOf, timelineRowOf } from '../rows/timeline.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';
import type { Interning, Numbering } from './interning.ts';
import type { TouchReader } from './touch.ts';

const reads = () => ({
  ...timelineReads(query),
  countTouches: touchReads(query).count,
  find: query
    .selectFrom('timeline_entries')
    .selectAll()
    .where('organization_id', '=', parameter<number>('organizationId'))
    .where('customer_id', '=', parameter<string>('customerId'))
    .where('entry_key', '=', parameter<number>('entryKey')),
});

/** Reads timelines. The caller provides the snapshot. */
export class TimelineReader {
  readonly #touches: TouchReader;
  readonly #interning: Interning;
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection, touches: TouchReader, interning: Interning) {
    this.#touches = touches;
    this.#interning = interning;
    this.#statements = connection.prepareAll(reads);
  }

  list(organizationId: number, customer: Customer, { limit, offset }: Page): Collection<TimelineEntry> {
    const place = { organizationId, customerId: customer.id };
    const rows = this.#statements().page.all({ ...place, limit, offset });
    const kept = this.#statements().countEntries.get(place)?.total ?? 0;
    const touches = this.#statements().countTouches.get(place)?.total ?? 0;
    const items = rows.map((row) => this.#entryAt(organizationId, customer, row));
    return { items, total: 1 + kept + touches };
  }

  #entryAt(organizationId: number, customer: Customer, place: EntryPlace): TimelineEntry {
    if (isOf('customer', place)) return ownCreation(customer);
    const { key } = place;
    if (isOf('touch', place)) return recordingOf(this.#touches.find(organizationId, customer.id, key));
    const row = this.#statements().find.get({ organizationId, customerId: customer.id, entryKey: key });
    if (row === undefined) throw new Error(`Entry ${key} of a timeline is missing.`);
    const { actor_id: actorId } = row;
    return timelineEntryOf(row, actorId === null ? null : this.#interning.actor(organizationId, actorId));
  }
}

/** Writes timeline entries, inside a transaction. */
export class TimelineWriter {
  readonly #numbering: Numbering;
  readonly #statements: PreparedQueries<typeof writes>;

  constructor(connection: Connection, numbering: Numbering) {
    this.#numbering = numbering;
    this.#statements = connection.prepareAll(writes);
  }

  add(organizationId: number, customerId: string, entry: KeptEntry): void {
    const actorId = entry.actor === null ? null : this.#numbering.actorId(organizationId, entry.actor);
    const entryKey = this.#numbering.nextKey(organizationId, 'timeline-entry');
    const row = timelineRowOf(entry, { organizationId, customerId, entryKey, actorId });
    this.#statements().add.run({ ...row });
  }

  moveAll(organizationId: number, customerId: string, targetCustomerId: string): void {
    this.#statements().moveAll.run({ organizationId, customerId, targetCustomerId });
  }
}

function writes() {
  return {
    add: query.insertInto('timeline_entries').values(parametersNamed(timelineColumns)),
    moveAll: query
      .updateTable('timeline_entries')
      .set({ customer_id: parameter('targetCustomerId') })
      .where('organization_id', '=', parameter<number>('organizationId'))
      .where('customer_id', '=', parameter<string>('customerId')),
  };
}
