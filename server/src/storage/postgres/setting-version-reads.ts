import type { SettingName } from '../../domain/setting-version.ts';
import type { SettingVersionReads } from '../ports/setting-version.ts';
import { settingVersionReads } from '../queries/setting-version.ts';
import { settingVersionOf } from '../rows/setting-version.ts';
import { answering } from './answering.ts';
import type { Connections } from './connections.ts';
import type { Names } from './names.ts';
import { query, statementsOf } from './query.ts';
import { ofOrganizations } from './wall.ts';

const { newest, find, all } = statementsOf(settingVersionReads(query));

export function createSettingVersionReads(connections: Connections, names: Names): SettingVersionReads {
  return {
    settingVersion: answering(
      async <Name extends SettingName>(publicId: string, setting: Name, version: number | null) => {
        const organizationId = await names.organization(publicId);
        const reach = ofOrganizations(organizationId);
        const [row] =
          version === null
            ? await connections.read(reach, newest, { organizationId, setting })
            : await connections.read(reach, find, { organizationId, setting, version });
        return row === undefined ? null : settingVersionOf<Name>(row);
      },
    ),
    settingVersions: answering(async <Name extends SettingName>(publicId: string, setting: Name) => {
      const organizationId = await names.organization(publicId);
      const rows = await connections.read(ofOrganizations(organizationId), all, { organizationId, setting });
      return rows.map((row) => settingVersionOf<Name>(row));
    }),
  };
}
