import type { Collection, Page } from '../../domain/collection.ts';
import type { SettingChange } from '../../domain/setting-change.ts';
import { settingChangeReads, settingChangeWrites } from '../queries/setting-change.ts';
import { settingChangeOf } from '../rows/setting-change.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';
import type { Numbering } from './interning.ts';

const reads = () => settingChangeReads(query);
const writes = () => settingChangeWrites(query);

export class SettingChangeReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  /** Newest first. */
  list(organizationId: number, { limit, offset }: Page): Collection<SettingChange> {
    const items = this.#statements().list.all({ organizationId, limit, offset }).map(settingChangeOf);
    return { items, total: this.#statements().count.get({ organizationId })?.total ?? 0 };
  }
}

/** Stores changes of settings in the transaction of the change itself. */
export class SettingChangeWriter {
  readonly #numbering: Numbering;
  readonly #statements: PreparedQueries<typeof writes>;

  constructor(connection: Connection, numbering: Numbering) {
    this.#numbering = numbering;
    this.#statements = connection.prepareAll(writes);
  }

  add(organizationId: number, change: SettingChange): void {
    const changeKey = this.#numbering.nextKey(organizationId, 'setting-change');
    this.#statements().add.run({ organizationId, changeKey, ...change });
  }
}
