import { type AttributionSettings, wholeAttributionSettings } from '../domain/attribution-settings.ts';
import { ulid } from '../domain/identifier.ts';
import type { Principal } from '../domain/principal.ts';
import { firstVersion, type SettingRequest, type SettingVersion } from '../domain/setting-version.ts';
import type { Instant } from '../domain/time.ts';
import type { OperationContext } from './context.ts';
import { createSettingVersions } from './setting-version.ts';

/** A version of an organization's attribution settings. */
export interface KeptAttributionSettings extends AttributionSettings {
  readonly version: number;
  /** Whether it equals the default. */
  readonly isDefault: boolean;
  /** Whether reports read credits by this version. */
  readonly isApplied: boolean;
  /** The job that builds, or built, credits by it; null where none was needed, or its credits are gone. */
  readonly jobId: string | null;
  /** Who made the version, and when; both null for the first. */
  readonly actor: string | null;
  readonly createdTime: Instant | null;
}

export type AttributionSettingsOperations = ReturnType<typeof createAttributionSettingsOperations>;

/** `onJob` is called with an organization whose credits may have to be built. */
export function createAttributionSettingsOperations(
  context: OperationContext,
  onJob: (organizationId: string) => void,
) {
  const { store, now, random } = context;
  const versions = createSettingVersions<'attribution-settings'>(context, {
    setting: 'attribution-settings',
    write: (input) => {
      const jobId = `job_${ulid(now(), random(16))}`;
      return store.write('putAttributionSettings', { ...input, jobId });
    },
    onChange: onJob,
  });
  const keptOf = async (
    { organization }: Principal,
    kept: SettingVersion<'attribution-settings'>,
  ): Promise<KeptAttributionSettings> => {
    const { version, content, actor, createdTime } = kept;
    const credited = await store.read.creditVersions(organization.id);
    // The first version has no row until there is another one.
    const live = credited.find(({ state }) => state === 'live')?.version ?? firstVersion.version;
    return {
      version,
      ...wholeAttributionSettings(content),
      isDefault: content === null,
      isApplied: version === live,
      jobId: credited.find((each) => each.version === version)?.jobId ?? null,
      actor,
      createdTime,
    };
  };
  return {
    /** The settings in force. */
    async get(principal: Principal): Promise<KeptAttributionSettings> {
      return keptOf(principal, await versions.newest(principal));
    },

    /** The settings as they were in a version. Fails with `not-found`. */
    async getVersion(principal: Principal, version: number): Promise<KeptAttributionSettings> {
      return keptOf(principal, await versions.find(principal, version));
    },

    /**
     * Puts settings in force. Their credits are built in the background, and reports read them once all are built. Fails with
     * `conflict`, `precondition-failed`.
     */
    async put(
      principal: Principal,
      request: SettingRequest<'attribution-settings'>,
    ): Promise<KeptAttributionSettings> {
      return keptOf(principal, await versions.put(principal, request));
    },
  };
}
