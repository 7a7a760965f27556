import type { SettingName, SettingVersion, VersionedSettings } from '../../domain/setting-version.ts';
import type { SettingVersionRow } from '../schema.ts';

/** `Name` must be the setting that the row was looked up for. */
export function settingVersionOf<Name extends SettingName>(row: SettingVersionRow): SettingVersion<Name> {
  return {
    version: row.version,
    content: row.content === null ? null : (JSON.parse(row.content) as VersionedSettings[Name]),
    actor: row.actor,
    createdTime: row.created_time,
  };
}

export function settingVersionArguments(
  organizationId: number,
  setting: SettingName,
  { version, content, actor, createdTime }: SettingVersion<SettingName>,
) {
  if (actor === null || createdTime === null) throw new Error('The first version of a setting is not kept.');
  const text = content === null ? null : JSON.stringify(content);
  return { organizationId, setting, version, content: text, actor, createdTime };
}
