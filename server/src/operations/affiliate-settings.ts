import { type AffiliateSettings, wholeAffiliateSettings } from '../domain/affiliate-settings.ts';
import type { OperationContext } from './context.ts';
import { createSettingOperations } from './setting-version.ts';

export type AffiliateSettingsOperations = ReturnType<typeof createAffiliateSettingsOperations>;

/** What was stated stays as it is, whatever is put. */
export function createAffiliateSettingsOperations(context: OperationContext) {
  const { store } = context;
  return createSettingOperations<'affiliate-settings', AffiliateSettings>(
    context,
    {
      read: (organizationId, version) => store.read.affiliateSettings(organizationId, version),
      write: (input) => store.write('putAffiliateSettings', input),
      onChange: () => undefined,
    },
    wholeAffiliateSettings,
  );
}
