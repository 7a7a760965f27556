import type { SettingVersion } from '../../domain/setting-version.ts';

/** Reads of settings of which every version is kept. Those of attribution are among the reads about money. */
export interface SettingVersionReads {
  /** The named version, or the one in force if `version` is null; null if there is no such version. */
  channelRules(
    organizationId: string,
    version: number | null,
  ): Promise<SettingVersion<'channel-rules'> | null>;
  /** As `channelRules`. */
  landingSettings(
    organizationId: string,
    version: number | null,
  ): Promise<SettingVersion<'landing-settings'> | null>;
  /** All versions that were made, in order. */
  landingSettingsHistory(organizationId: string): Promise<readonly SettingVersion<'landing-settings'>[]>;
  /** As `channelRules`. */
  privacySettings(
    organizationId: string,
    version: number | null,
  ): Promise<SettingVersion<'privacy-settings'> | null>;
  /** As `landingSettingsHistory`. */
  privacySettingsHistory(organizationId: string): Promise<readonly SettingVersion<'privacy-settings'>[]>;
  /** As `channelRules`. */
  affiliateSettings(
    organizationId: string,
    version: number | null,
  ): Promise<SettingVersion<'affiliate-settings'> | null>;
}
