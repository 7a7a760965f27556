import type { Compilable } from 'kysely';
import { Connection, type PreparedQueries, type Queries } from '../../src/storage/sqlite/connection.ts';
import type { Prepared } from '../../src/storage/sqlite/prepared.ts';

/** A connection that remembers the text of everything it prepares. */
export class ListeningConnection extends Connection {
  readonly prepared: string[] = [];

  override prepare<Row>(compilable: Compilable<Row>): Prepared<Row> {
    this.prepared.push(compilable.compile().sql);
    return super.prepare(compilable);
  }

  /** Builds them at once. */
  override prepareAll<Build extends () => Queries>(build: Build): PreparedQueries<Build> {
    const all = super.prepareAll(build);
    all();
    return all;
  }
}
