import { sql } from 'kysely';
import type { Connections } from './connections.ts';
import { query } from './query.ts';
import { passingStatement } from './statement.ts';
import { ofNoOrganization } from './wall.ts';

/** By fewer no table grows so much that it matters how reports are planned. */
const writesWorthALook = 1_000;
/** What is written in one go is looked at together. */
const settlingMilliseconds = 500;
/** Smaller tables are read whole in no time, however that is planned. */
const smallBytes = 131_072;

const doubled = passingStatement<{ name: string }>(
  sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind = 'r' and pg_get_userbyid(relowner) = current_user
      and pg_relation_size(oid) > ${smallBytes}::bigint + 2 * relpages::bigint * current_setting('block_size')::bigint
    order by 1`.compile(query),
);

/**
 * Has the server count tables that have more than doubled since they were counted. It does so by itself, but a minute or two later, and plans reports
 * as if the tables were small until then: after an import a report took half a minute that took a tenth of a second
 * afterwards. Of several processes one counts a table, the others pass it over.
 */
export class Growth {
  readonly #connections: Pick<Connections, 'snapshot' | 'transaction'>;
  #writes = 0;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(connections: Pick<Connections, 'snapshot' | 'transaction'>) {
    this.#connections = connections;
  }

  /** So many writes were committed. */
  note(writes: number): void {
    this.#writes += writes;
    this.#lookSoon();
  }

  /** Begins nothing any more. What is being counted ends with its connection. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer ?? undefined);
  }

  /** One look after another: what is written during one is seen by the next. */
  #lookSoon(): void {
    if (this.#isClosed || this.#timer !== null || this.#writes < writesWorthALook) return;
    this.#writes = 0;
    this.#timer = setTimeout(async () => {
      // What cannot be counted now may be at the next look, or by the server itself.
      await this.#countDoubled().catch(() => undefined);
      this.#timer = null;
      this.#lookSoon();
    }, settlingMilliseconds);
    this.#timer.unref();
  }

  async #countDoubled(): Promise<void> {
    const rows = await this.#connections.snapshot(ofNoOrganization, (session) => session.all(doubled, {}));
    for (const { name } of rows) {
      if (this.#isClosed) return;
      const count = passingStatement(sql`analyze (skip_locked) ${sql.table(name)}`.compile(query));
      await this.#connections.transaction(ofNoOrganization, (session) => session.run(count, {}));
    }
  }
}
