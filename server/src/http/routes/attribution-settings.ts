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
      remove: 'Give credits as by default again',
      readVersion: 'Read a version of how credits are given',
    },
    putDescription:
      'What is absent, null or equal to the default follows the default. Credits by the new settings are built beside the ' +
      'old ones by the job of `jobId`; until all are there, reports go on with the old ones.',
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
