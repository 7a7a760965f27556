import { affiliateSettingFaults, ownAffiliateSettings } from '../../domain/affiliate-settings.ts';
import type { AffiliateSettingsOperations } from '../../operations/affiliate-settings.ts';
import { AffiliateSettingsInput } from '../affiliate-schemas.ts';
import type { Route } from '../route.ts';
import { settingRoutes } from '../setting-routes.ts';

export function affiliateSettingsRoutes(operations: AffiliateSettingsOperations): readonly Route[] {
  return settingRoutes({
    name: 'affiliate-settings',
    shape: 'AffiliateSettings',
    tag: 'Settings',
    writePermission: 'settings:write',
    parts: 'settings',
    summaries: {
      read: 'Read the model of statements for affiliates',
      put: 'Change the model of statements for affiliates',
      remove: 'Remove the model of statements for affiliates',
      readVersion: 'Read a version of the model of statements for affiliates',
    },
    putDescription:
      'Applies to statements that name no model, from the next one on; what was stated for closed periods stays, ' +
      'with their models. Without this setting, a statement uses the model of the period closed last, and ' +
      '`last-non-direct` before the first.',
    body: AffiliateSettingsInput,
    faults: affiliateSettingFaults,
    contentOf: ({ version: _, ...asked }) => ownAffiliateSettings(asked),
    operations,
  });
}
