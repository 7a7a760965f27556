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
      remove: 'Read landings as by default again',
      readVersion: 'Read a version of how landings are read',
    },
    putDescription:
      'What is absent, null or equal to the default follows the default, also that of a newer program. ' +
      'Own and excluded hosts count for the channels of touches of the past as well.',
    body: LandingSettingsInput,
    faults: landingSettingFaults,
    contentOf: ({ version: _, ...asked }) => ownLandingSettings(asked),
    operations,
  });
}
