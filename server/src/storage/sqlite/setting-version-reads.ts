import type { SettingVersionReads } from '../ports/setting-version.ts';
import { answering } from './answering.ts';
import type { Readers } from './readers.ts';

export function createSettingVersionReads({ interning, settingVersions }: Readers): SettingVersionReads {
  return {
    channelRules: answering((organizationId, version) =>
      settingVersions.find(interning.organization(organizationId), 'channel-rules', version),
    ),
    landingSettings: answering((organizationId, version) =>
      settingVersions.find(interning.organization(organizationId), 'landing-settings', version),
    ),
    landingSettingsHistory: answering((organizationId) =>
      settingVersions.all(interning.organization(organizationId), 'landing-settings'),
    ),
    privacySettings: answering((organizationId, version) =>
      settingVersions.find(interning.organization(organizationId), 'privacy-settings', version),
    ),
    privacySettingsHistory: answering((organizationId) =>
      settingVersions.all(interning.organization(organizationId), 'privacy-settings'),
    ),
    affiliateSettings: answering((organizationId, version) =>
      settingVersions.find(interning.organization(organizationId), 'affiliate-settings', version),
    ),
  };
}
