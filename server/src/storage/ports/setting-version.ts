import type { SettingName, SettingVersion } from '../../domain/setting-version.ts';

/** Reads of settings of which every version is kept. */
export interface SettingVersionReads {
  /** The numbered version, or the one in force if `version` is null; null if there is no such version. */
  settingVersion<Name extends SettingName>(
    organizationId: string,
    setting: Name,
    version: number | null,
  ): Promise<SettingVersion<Name> | null>;
  /** All versions that were made, in order. */
  settingVersions<Name extends SettingName>(
    organizationId: string,
    setting: Name,
  ): Promise<readonly SettingVersion<Name>[]>;
}
