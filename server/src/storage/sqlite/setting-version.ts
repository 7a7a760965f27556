import type { SettingName, SettingVersion } from '../../domain/setting-version.ts';
import { settingVersionReads, settingVersionWrites } from '../queries/setting-version.ts';
import { settingVersionArguments, settingVersionOf } from '../rows/setting-version.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

const reads = () => settingVersionReads(query);
const writes = () => settingVersionWrites(query);

export class SettingVersionReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  /** The named version, or the newest if `version` is null; null if there is none. */
  find<Name extends SettingName>(
    organizationId: number,
    setting: Name,
    version: number | null,
  ): SettingVersion<Name> | null {
    const row =
      version === null
        ? this.#statements().newest.get({ organizationId, setting })
        : this.#statements().find.get({ organizationId, setting, version });
    return row === undefined ? null : settingVersionOf<Name>(row);
  }

  /** All versions that were made, in order. */
  all<Name extends SettingName>(organizationId: number, setting: Name): readonly SettingVersion<Name>[] {
    const rows = this.#statements().all.all({ organizationId, setting });
    return rows.map((row) => settingVersionOf<Name>(row));
  }
}

export class SettingVersionWriter {
  readonly #statements: PreparedQueries<typeof writes>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(writes);
  }

  add(organizationId: number, setting: SettingName, version: SettingVersion<SettingName>): void {
    this.#statements().add.run(settingVersionArguments(organizationId, setting, version));
  }
}
