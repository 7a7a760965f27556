import type { SettingVersionReads } from '../ports/setting-version.ts';
import { answering } from './answering.ts';
import type { Connections } from './connections.ts';
import type { Names } from './names.ts';
import { findSettingVersion, findSettingVersions } from './setting-version.ts';

export function createSettingVersionReads(connections: Connections, names: Names): SettingVersionReads {
  return {
    channelRules: answering(async (organizationId, version) =>
      findSettingVersion(connections, await names.organization(organizationId), 'channel-rules', version),
    ),
    landingSettings: answering(async (organizationId, version) =>
      findSettingVersion(connections, await names.organization(organizationId), 'landing-settings', version),
    ),
    landingSettingsHistory: answering(async (organizationId) =>
      findSettingVersions(connections, await names.organization(organizationId), 'landing-settings'),
    ),
    privacySettings: answering(async (organizationId, version) =>
      findSettingVersion(connections, await names.organization(organizationId), 'privacy-settings', version),
    ),
    privacySettingsHistory: answering(async (organizationId) =>
      findSettingVersions(connections, await names.organization(organizationId), 'privacy-settings'),
    ),
    affiliateSettings: answering(async (organizationId, version) =>
      findSettingVersion(
        connections,
        await names.organization(organizationId),
        'affiliate-settings',
        version,
      ),
    ),
  };
}
