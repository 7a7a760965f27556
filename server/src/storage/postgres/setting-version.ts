import type { SettingName, SettingVersion } from '../../domain/setting-version.ts';
import { settingVersionReads } from '../queries/setting-version.ts';
import { settingVersionOf } from '../rows/setting-version.ts';
import type { Connections } from './connections.ts';
import { query, statementsOf } from './query.ts';
import { ofOrganizations } from './wall.ts';

const { newest, find, all } = statementsOf(settingVersionReads(query));

/** The named version, or the newest if `version` is null; null if there is none. */
export async function findSettingVersion<Name extends SettingName>(
  connections: Connections,
  organizationId: number,
  setting: Name,
  version: number | null,
): Promise<SettingVersion<Name> | null> {
  const reach = ofOrganizations(organizationId);
  const [row] =
    version === null
      ? await connections.read(reach, newest, { organizationId, setting })
      : await connections.read(reach, find, { organizationId, setting, version });
  return row === undefined ? null : settingVersionOf<Name>(row);
}

/** All versions that were made, in order. */
export async function findSettingVersions<Name extends SettingName>(
  connections: Connections,
  organizationId: number,
  setting: Name,
): Promise<readonly SettingVersion<Name>[]> {
  const rows = await connections.read(ofOrganizations(organizationId), all, { organizationId, setting });
  return rows.map((row) => settingVersionOf<Name>(row));
}
