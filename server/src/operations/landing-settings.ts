import { type LandingSettings, wholeLandingSettings } from '../domain/landing-settings.ts';
import type { OperationContext } from './context.ts';
import { createSettingOperations } from './setting-version.ts';

export type LandingSettingsOperations = ReturnType<typeof createLandingSettingsOperations>;

/** `onChange` is called with an organization after each of its changes, so that it can take effect at once. */
export function createLandingSettingsOperations(
  context: OperationContext,
  onChange: (organizationId: string) => void,
) {
  const { store } = context;
  return createSettingOperations<'landing-settings', LandingSettings>(
    context,
    {
      setting: 'landing-settings',
      write: (input) => store.write('putLandingSettings', input),
      onChange,
    },
    wholeLandingSettings,
  );
}
