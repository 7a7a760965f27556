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

/** Reads the pending events, oldest first. */
export class EventReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  oldest(organizationId: number, limit: number): readonly KeptEvent[] {
    return this.#statements().oldest.all({ organizationId, limit }).map(keptEventOf);
  }

  /** The key of the newest event; null if there is none. */
  lastKey(organizationId: number): number | null {
    return this.#statements().newest.get({ organizationId })?.event_key ?? null;
  }
}

/** Stores events in the transaction of the change they report, if any webhook is active. */
export class EventWriter {
  readonly #numbering: Numbering;
  readonly #statements: PreparedQueries<typeof writes>;
  readonly #filled = new Set<string>();
  /** Whether a webhook of the organization is active, as far as this transaction has asked. */
  readonly #heard = new Map<number, boolean>();

  constructor(connection: Connection, numbering: Numbering) {
    this.#numbering = numbering;
    this.#statements = connection.prepareAll(writes);
  }

  /** Asks only once per transaction: nobody else can activate a webhook while it writes. */
  keep({ number: organizationId, publicId }: NamedOrganization, events: readonly DomainEvent[]): void {
    if (events.length === 0 || !this.#isHeard(organizationId)) return;
    for (const event of events) {
      const eventKey = this.#numbering.nextKey(organizationId, 'event');
      this.#statements().add.execute({ ...eventRowOf(organizationId, eventKey, event) });
    }
    this.#filled.add(publicId);
  }

  /** Call when this transaction changes a webhook. */
  askAnew(): void {
    this.#heard.clear();
  }

  /** Call at the end of a transaction. Returns the organizations it left events for. */
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

  /** Removes the events up to and including a key, and returns the keys removed. */
  take(organizationId: number, upToKey: number): ReadonlySet<number> {
    const rows = this.#statements().take.all(pruneArguments(organizationId, upToKey));
    return new Set(rows.map((row) => row.event_key));
  }

  prune(organizationId: number, upToKey: number | null): void {
    this.#statements().prune.run(pruneArguments(organizationId, upToKey));
  }
}
