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
      read: 'Read by which model statements for affiliates are made',
      put: 'Change by which model statements for affiliates are made',
      remove: 'Decide on no model for statements for affiliates',
      readVersion: 'Read a version of the model of statements for affiliates',
    },
    putDescription:
      'Holds for statements that name no model, from the next one on: what was stated of closed periods stays, by their ' +
      'models. Without a model of their own they are by that of the period that was closed last, and `last-non-direct` before ' +
      'the first.',
    body: AffiliateSettingsInput,
    faults: affiliateSettingFaults,
    contentOf: ({ version: _, ...asked }) => ownAffiliateSettings(asked),
    operations,
  });
}
