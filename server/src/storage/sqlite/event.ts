import type { DomainEvent } from '../../domain/event.ts';
import { eventColumns } from '../columns.ts';
import { parametersNamed } from '../parameter.ts';
import { eventReads, eventWrites } from '../queries/event.ts';
import { webhookReads } from '../queries/webhook.ts';
import { eventRowOf, keptEventOf, pruneArguments } from '../rows/event.ts';
import type { KeptEvent } from '../store.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';
import type { NamedOrganization, Numbering } from './interning.ts';

const reads = () => eventReads(query);
const writes = () => ({
  ...eventWrites(query),
  add: query.insertInto('events').values(parametersNamed(eventColumns)),
  listener: webhookReads(query).listener,
});

/** Reads the events that wait to be told, oldest first. */
export class EventReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  oldest(organizationId: number, limit: number): readonly KeptEvent[] {
    return this.#statements().oldest.all({ organizationId, limit }).map(keptEventOf);
  }

  /** The key of the newest; null where there is none. */
  lastKey(organizationId: number): number | null {
    return this.#statements().newest.get({ organizationId })?.event_key ?? null;
  }
}

/** Keeps events in the transaction of the change they tell of, where anybody is to be told of them. */
export class EventWriter {
  readonly #numbering: Numbering;
  readonly #statements: PreparedQueries<typeof writes>;
  readonly #filled = new Set<string>();
  /** Whether anybody listens, as far as this transaction has asked. */
  readonly #heard = new Map<number, boolean>();

  constructor(connection: Connection, numbering: Numbering) {
    this.#numbering = numbering;
    this.#statements = connection.prepareAll(writes);
  }

  /** Asks once in a transaction: nobody else makes a webhook active while it writes. */
  keep({ number: organizationId, publicId }: NamedOrganization, events: readonly DomainEvent[]): void {
    if (events.length === 0 || !this.#isHeard(organizationId)) return;
    for (const event of events) {
      const eventKey = this.#numbering.nextKey(organizationId, 'event');
      this.#statements().add.execute({ ...eventRowOf(organizationId, eventKey, event) });
    }
    this.#filled.add(publicId);
  }

  /** To be called where this transaction changes a webhook. */
  askAnew(): void {
    this.#heard.clear();
  }

  /** To be called at the end of a transaction. Answers to which organizations it left events. */
  settle(): readonly string[] {
    const filled = [...this.#filled];
    this.#filled.clear();
    this.askAnew();
    return filled;
  }

  #isHeard(organizationId: number): boolean {
    const known = this.#heard.get(organizationId);
    if (known !== undefined) return known;
    const isHeard = this.#statements().listener.get({ organizationId }) !== undefined;
    this.#heard.set(organizationId, isHeard);
    return isHeard;
  }

  /** Drops the events up to and with a key, and answers which there were. */
  take(organizationId: number, upToKey: number): ReadonlySet<number> {
    const rows = this.#statements().take.all(pruneArguments(organizationId, upToKey));
    return new Set(rows.map((row) => row.event_key));
  }

  prune(organizationId: number, upToKey: number | null): void {
    this.#statements().prune.run(pruneArguments(organizationId, upToKey));
  }
}
