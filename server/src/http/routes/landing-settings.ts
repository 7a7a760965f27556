import { landingSettingFaults } from '../../domain/landing-setting-faults.ts';
import { ownLandingSettings } from '../../domain/landing-settings.ts';
import type { LandingSettingsOperations } from '../../operations/landing-settings.ts';
import type { Route } from '../route.ts';
import { settingRoutes } from '../setting-routes.ts';
import { LandingSettingsInput } from '../setting-schemas.ts';

export function landingSettingsRoutes(operations: LandingSettingsOperations): readonly Route[] {
  return settingRoutes({
    name: 'landing-settings',
    shape: 'LandingSettings',
    tag: 'Settings',
    writePermission: 'settings:write',
    parts: 'settings',
    summaries: {
      read: 'Read how landings are read',
      put: 'Change how landings are read',
      remove: 'Go back to reading landings by default',
      readVersion: 'Read a version of how landings are read',
    },
    putDescription:
      'Members that are absent, null or equal to the default follow the default, also when a newer program changes ' +
      'it. Own and excluded hosts also affect the channels of past touches.',
    body: LandingSettingsInput,
    faults: landingSettingFaults,
    contentOf: ({ version: _, ...asked }) => ownLandingSettings(asked),
    operations,
  });
}
