import { type AffiliateSettings, wholeAffiliateSettings } from '../domain/affiliate-settings.ts';
import type { OperationContext } from './context.ts';
import { createSettingOperations } from './setting-version.ts';

export type AffiliateSettingsOperations = ReturnType<typeof createAffiliateSettingsOperations>;

/** A change of these settings leaves closed statements as they are. */
export function createAffiliateSettingsOperations(context: OperationContext) {
  const { store } = context;
  return createSettingOperations<'affiliate-settings', AffiliateSettings>(
    context,
    {
      setting: 'affiliate-settings',
      write: (input) => store.write('putAffiliateSettings', input),
      onChange: () => undefined,
    },
    wholeAffiliateSettings,
  );
}
