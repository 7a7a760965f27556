import type { SettingName } from '../../domain/setting-version.ts';
import type { SettingVersionReads } from '../ports/setting-version.ts';
import { answering } from './answering.ts';
import type { Readers } from './readers.ts';

export function createSettingVersionReads({ interning, settingVersions }: Readers): SettingVersionReads {
  return {
    settingVersion: answering(
      <Name extends SettingName>(organizationId: string, setting: Name, version: number | null) =>
        settingVersions.find(interning.organization(organizationId), setting, version),
    ),
    settingVersions: answering(<Name extends SettingName>(organizationId: string, setting: Name) =>
      settingVersions.all(interning.organization(organizationId), setting),
    ),
  };
}
