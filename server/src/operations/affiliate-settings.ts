import { type AffiliateSettings, wholeAffiliateSettings } from '../domain/affiliate-settings.ts';
import type { Principal } from '../domain/principal.ts';
import type { SettingRequest, SettingVersion } from '../domain/setting-version.ts';
import type { Instant } from '../domain/time.ts';
import type { OperationContext } from './context.ts';
import { createSettingVersions } from './setting-version.ts';

/** A version of what an organization agreed on with its affiliates. */
export interface KeptAffiliateSettings extends AffiliateSettings {
  readonly version: number;
  /** Whether nothing was decided. */
  readonly isDefault: boolean;
  /** Who made the version, and when; null, both, for the first. */
  readonly actor: string | null;
  readonly createdTime: Instant | null;
}

export type AffiliateSettingsOperations = ReturnType<typeof createAffiliateSettingsOperations>;

export function createAffiliateSettingsOperations(context: OperationContext) {
  const { store } = context;
  const versions = createSettingVersions<'affiliate-settings'>(context, {
    read: (organizationId, version) => store.read.affiliateSettings(organizationId, version),
    write: (input) => store.write('putAffiliateSettings', input),
    onChange: () => undefined,
  });
  return {
    /** The settings in force. */
    async get(principal: Principal): Promise<KeptAffiliateSettings> {
      return keptOf(await versions.newest(principal));
    },

    /** The settings as they were in a version. Fails with `not-found`. */
    async getVersion(principal: Principal, version: number): Promise<KeptAffiliateSettings> {
      return keptOf(await versions.find(principal, version));
    },

    /** Puts settings in force. What was stated stays. Fails with `conflict`, `precondition-failed`. */
    async put(
      principal: Principal,
      request: SettingRequest<'affiliate-settings'>,
    ): Promise<KeptAffiliateSettings> {
      return keptOf(await versions.put(principal, request));
    },
  };
}

function keptOf(kept: SettingVersion<'affiliate-settings'>): KeptAffiliateSettings {
  const { version, content, actor, createdTime } = kept;
  return { version, ...wholeAffiliateSettings(content), isDefault: content === null, actor, createdTime };
}
