import { sql } from 'kysely';
import { versionedTables } from '../queries/credit-version.ts';
import type { Connections } from './connections.ts';
import { query } from './query.ts';
import { passingStatement } from './statement.ts';
import { ofNoOrganization } from './wall.ts';

/** Fewer writes never grow a table so much that it affects how reports are planned. */
const writesWorthALook = 1_000;
/** Writes that come in one burst are looked at together. */
const settlingMilliseconds = 500;
/** Smaller tables are read quickly under any plan. */
const smallBytes = 131_072;

/** Tables that have doubled, and these. */
const dueStatement = (others: readonly string[]) =>
  passingStatement<{ name: string }>(
    sql<{ name: string }>`
      select relname as name from pg_class
      where relnamespace = current_schema()::regnamespace and relkind = 'r' and pg_get_userbyid(relowner) = current_user
        and (relname = any(${others}::text[])
          or pg_relation_size(oid) > ${smallBytes}::bigint + 2 * relpages::bigint * current_setting('block_size')::bigint)
      order by 1`.compile(query),
  );

/**
 * Has the server analyze tables that have more than doubled since it last did. It does so by itself, but a minute or two
 * later, and until then plans reports as if the tables were small: after an import, a report took half a minute that took a
 * tenth of a second once analyzed. The same goes for the tables of credits whenever a version of them is built: the server
 * takes one that it has not counted yet for a few rows, however large the table is. Of several processes one analyzes a table
 * and the others skip it.
 */
export class TableGrowth {
  readonly #connections: Pick<Connections, 'snapshot' | 'transaction'>;
  #writes = 0;
  #isBuilt = false;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(connections: Pick<Connections, 'snapshot' | 'transaction'>) {
    this.#connections = connections;
  }

  /** Call after each commit, with its number of writes. */
  note(writes: number): void {
    this.#writes += writes;
    this.#lookSoon();
  }

  /** Call once a version of the credits is built. */
  noteBuild(): void {
    this.#isBuilt = true;
    this.#lookSoon();
  }

  /** Starts nothing more. An analysis under way ends with its connection. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer ?? undefined);
  }

  /** One look at a time: the next one sees what was written during this one. */
  #lookSoon(): void {
    if (this.#isClosed || this.#timer !== null) return;
    if (this.#writes < writesWorthALook && !this.#isBuilt) return;
    const built = this.#isBuilt ? Object.keys(versionedTables) : [];
    this.#writes = 0;
    this.#isBuilt = false;
    this.#timer = setTimeout(async () => {
      // What fails now is left to the next look, or to the server itself.
      await this.#countDue(built).catch(() => undefined);
      this.#timer = null;
      this.#lookSoon();
    }, settlingMilliseconds);
    this.#timer.unref();
  }

  async #countDue(built: readonly string[]): Promise<void> {
    const due = dueStatement(built);
    const rows = await this.#connections.snapshot(ofNoOrganization, (session) => session.all(due, {}));
    for (const { name } of rows) {
      if (this.#isClosed) return;
      const count = passingStatement(sql`analyze (skip_locked) ${sql.table(name)}`.compile(query));
      await this.#connections.transaction(ofNoOrganization, (session) => session.run(count, {}));
    }
  }
}
