import {
  ownPrivacySettings,
  privacySettingFaults,
  wholePrivacySettings,
} from '../../domain/privacy-settings.ts';
import { formatInstant } from '../../domain/time.ts';
import type { PrivacySettingsOperations, RetentionDryRun } from '../../operations/privacy-settings.ts';
import { PrivacySettingsInput, RetentionDryRunInput } from '../privacy-schemas.ts';
import { type Route, routeWithBody } from '../route.ts';
import { reference } from '../schemas.ts';
import { settingRoutes } from '../setting-routes.ts';

const tag = 'Privacy';

export function privacySettingsRoutes(operations: PrivacySettingsOperations): readonly Route[] {
  return [
    ...settingRoutes({
      name: 'privacy-settings',
      shape: 'PrivacySettings',
      tag,
      writePermission: 'privacy:write',
      parts: 'settings',
      summaries: {
        read: 'Read how long data is kept',
        put: 'Change how long data is kept',
        remove: 'Go back to keeping data as long as by default',
        readVersion: 'Read a version of how long data is kept',
      },
      putDescription:
        'Data that is too old is removed in the background, at once and then every day, and does not come back with ' +
        'other settings: try them first. Members that are absent, null or equal to the default follow the default.',
      body: PrivacySettingsInput,
      faults: privacySettingFaults,
      contentOf: ({ version: _, ...asked }) => ownPrivacySettings(asked),
      operations,
    }),
    routeWithBody({
      method: 'POST',
      path: '/privacy-settings/dry-run',
      permission: 'settings:read',
      operationId: 'PostPrivacySettingsDryRun',
      tag,
      summary: 'Try how long data would be kept',
      description:
        'Tells how many touches and visitors are too old now by these settings, and changes nothing.',
      body: RetentionDryRunInput,
      faults: privacySettingFaults,
      answers: {
        200: { description: 'What would be lost.', schema: reference('RetentionDryRun') },
      },
      handle: async ({ principal, body }) => {
        const settings = wholePrivacySettings(ownPrivacySettings(body));
        return { status: 200, body: dryRunDocument(await operations.dryRun(principal, settings)) };
      },
    }),
  ];
}

function dryRunDocument({ limits, ...counts }: RetentionDryRun) {
  const time = (instant: number | null) => (instant === null ? null : formatInstant(instant));
  return {
    removeBefore: time(limits.removeBefore),
    stripBefore: time(limits.stripBefore),
    ...counts,
  };
}
