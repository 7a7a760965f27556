import { attributionSettingFaults, ownAttributionSettings } from '../../domain/attribution-settings.ts';
import type { AttributionSettingsOperations } from '../../operations/attribution-settings.ts';
import { AttributionSettingsInput } from '../money-schemas.ts';
import type { Route } from '../route.ts';
import { settingRoutes } from '../setting-routes.ts';

export function attributionSettingsRoutes(operations: AttributionSettingsOperations): readonly Route[] {
  return settingRoutes({
    name: 'attribution-settings',
    shape: 'AttributionSettings',
    tag: 'Settings',
    writePermission: 'settings:write',
    parts: 'settings',
    summaries: {
      read: 'Read how credits are given',
      put: 'Change how credits are given',
      remove: 'Go back to giving credits by default',
      readVersion: 'Read a version of how credits are given',
    },
    putDescription:
      'Members that are absent, null or equal to the default follow the default. Credits by the new settings are ' +
      'built beside the old ones by the job `jobId`; until all of them exist, reports use the old ones.',
    body: AttributionSettingsInput,
    faults: attributionSettingFaults,
    contentOf: ({ version: _, ...asked }) => ownAttributionSettings(asked),
    operations,
    linksOf: ({ jobId }, link) => ({
      _links: [
        { href: link('/attribution-settings'), rel: 'self' },
        ...(jobId === null ? [] : [{ href: link(`/jobs/${jobId}`), rel: 'job' }]),
      ],
    }),
  });
}
