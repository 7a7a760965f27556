import type { DomainEvent } from '../../domain/event.ts';
import { eventColumns } from '../columns.ts';
import { parametersNamed } from '../parameter.ts';
import { eventReads, eventWrites } from '../queries/event.ts';
import { eventRowOf, keptEventOf, pruneArguments } from '../rows/event.ts';
import type { KeptEvent } from '../store.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';
import type { Numbering } from './interning.ts';

const reads = eventReads(query);
const writes = {
  ...eventWrites(query),
  add: query.insertInto('events').values(parametersNamed(eventColumns)),
};

/** Reads the events that wait to be told, oldest first. */
export class EventReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  oldest(organizationId: number, limit: number): readonly KeptEvent[] {
    return this.#statements.oldest.all({ organizationId, limit }).map(keptEventOf);
  }

  /** The key of the newest; null where there is none. */
  lastKey(organizationId: number): number | null {
    return this.#statements.newest.get({ organizationId })?.event_key ?? null;
  }
}

/** Keeps events in the transaction of the change they tell of. */
export class EventWriter {
  readonly #numbering: Numbering;
  readonly #statements: PreparedQueries<typeof writes>;

  constructor(connection: Connection, numbering: Numbering) {
    this.#numbering = numbering;
    this.#statements = connection.prepareAll(writes);
  }

  add(organizationId: number, event: DomainEvent): void {
    const eventKey = this.#numbering.nextKey(organizationId, 'event');
    this.#statements.add.execute({ ...eventRowOf(organizationId, eventKey, event) });
  }

  prune(organizationId: number, upToKey: number | null): void {
    this.#statements.prune.run(pruneArguments(organizationId, upToKey));
  }
}
