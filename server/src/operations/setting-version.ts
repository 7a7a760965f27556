import { Failure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import {
  firstVersion,
  type SettingName,
  type SettingRequest,
  type SettingVersion,
  type VersionedSettings,
} from '../domain/setting-version.ts';
import type { Instant } from '../domain/time.ts';
import type { SettingWrite } from '../storage/store.ts';
import type { OperationContext } from './context.ts';

/** Which setting with stored versions it is, and how it is written. */
export interface SettingDoor<Name extends SettingName> {
  readonly setting: Name;
  write(input: SettingWrite<Name>): Promise<SettingVersion<Name>>;
  /** Called when the setting of an organization may have changed. */
  onChange(organizationId: string): void;
}

export function createSettingVersions<Name extends SettingName>(
  { store, now }: OperationContext,
  { setting, write, onChange }: SettingDoor<Name>,
) {
  return {
    /** The version in force. */
    async newest({ organization }: Principal): Promise<SettingVersion<Name>> {
      return (await store.read.settingVersion(organization.id, setting, null)) ?? firstVersion;
    },

    /** Fails with `not-found` for a version that was never made. */
    async find({ organization }: Principal, version: number): Promise<SettingVersion<Name>> {
      const kept = await store.read.settingVersion(organization.id, setting, version);
      if (kept !== null) return kept;
      if (version === firstVersion.version) return firstVersion;
      throw new Failure('not-found', 'No such version.');
    },

    /** Makes a version unless nothing changes; returns the one in force. Fails with `conflict`, `precondition-failed`. */
    async put(
      { organization, actor }: Principal,
      request: SettingRequest<Name>,
    ): Promise<SettingVersion<Name>> {
      const kept = await write({ organizationId: organization.id, actor, now: now(), ...request });
      onChange(organization.id);
      return kept;
    },
  };
}

/** What answers state about a version of a setting, beside its content. */
export interface VersionFacts {
  readonly version: number;
  /** Whether it equals the default. */
  readonly isDefault: boolean;
  /** Who made the version, and when; both null for the first. */
  readonly actor: string | null;
  readonly createdTime: Instant | null;
}

/** The operations on a setting that is answered whole: `wholeOf` completes what an organization decided with the defaults. */
export function createSettingOperations<Name extends SettingName, Whole extends object>(
  context: OperationContext,
  door: SettingDoor<Name>,
  wholeOf: (content: VersionedSettings[Name] | null) => Whole,
) {
  const versions = createSettingVersions(context, door);
  const keptOf = ({ version, content, actor, createdTime }: SettingVersion<Name>): Whole & VersionFacts => ({
    version,
    ...wholeOf(content),
    isDefault: content === null,
    actor,
    createdTime,
  });
  return {
    /** The settings in force. */
    async get(principal: Principal): Promise<Whole & VersionFacts> {
      return keptOf(await versions.newest(principal));
    },

    /** The settings as they were in a version. Fails with `not-found`. */
    async getVersion(principal: Principal, version: number): Promise<Whole & VersionFacts> {
      return keptOf(await versions.find(principal, version));
    },

    /** Puts settings in force. Fails with `conflict`, `precondition-failed`. */
    async put(principal: Principal, request: SettingRequest<Name>): Promise<Whole & VersionFacts> {
      return keptOf(await versions.put(principal, request));
    },
  };
}
