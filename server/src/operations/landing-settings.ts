import { type LandingSettings, wholeLandingSettings } from '../domain/landing-settings.ts';
import type { Principal } from '../domain/principal.ts';
import type { SettingRequest, SettingVersion } from '../domain/setting-version.ts';
import type { Instant } from '../domain/time.ts';
import type { OperationContext } from './context.ts';
import { createSettingVersions } from './setting-version.ts';

/** A version of how an organization wants its landings read. */
export interface KeptLandingSettings extends LandingSettings {
  readonly version: number;
  /** Whether nothing of it differs from the default. */
  readonly isDefault: boolean;
  /** Who made the version, and when; null, both, for the first. */
  readonly actor: string | null;
  readonly createdTime: Instant | null;
}

export type LandingSettingsOperations = ReturnType<typeof createLandingSettingsOperations>;

/** `onChange` is called with an organization after each of its changes, so that it can be effective at once. */
export function createLandingSettingsOperations(
  context: OperationContext,
  onChange: (organizationId: string) => void,
) {
  const { store } = context;
  const versions = createSettingVersions<'landing-settings'>(context, {
    read: (organizationId, version) => store.read.landingSettings(organizationId, version),
    write: (input) => store.write('putLandingSettings', input),
    onChange,
  });
  return {
    /** The settings in force. */
    async get(principal: Principal): Promise<KeptLandingSettings> {
      return keptOf(await versions.newest(principal));
    },

    /** The settings as they were in a version. Fails with `not-found`. */
    async getVersion(principal: Principal, version: number): Promise<KeptLandingSettings> {
      return keptOf(await versions.find(principal, version));
    },

    /** Puts settings in force. Fails with `conflict`, `precondition-failed`. */
    async put(
      principal: Principal,
      request: SettingRequest<'landing-settings'>,
    ): Promise<KeptLandingSettings> {
      return keptOf(await versions.put(principal, request));
    },
  };
}

function keptOf(kept: SettingVersion<'landing-settings'>): KeptLandingSettings {
  const { version, content, actor, createdTime } = kept;
  return { version, ...wholeLandingSettings(content), isDefault: content === null, actor, createdTime };
}
